using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Client;

/// <summary>What <see cref="FakeFlags"/> answers to writes of the code under test: enabling and disabling, and that it can do no more.</summary>
internal sealed class FakeServer(FakeFlags flags) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Answer(request));

    private HttpResponseMessage Answer(HttpRequestMessage request)
    {
        string[] path = request.RequestUri!.AbsolutePath.Split('/');
        if (request.Method != HttpMethod.Post || path is not [_, "api", "v1", "features", _, "enable" or "disable"])
            return Problem(501, $"FakeFlags does not answer {request.Method} {request.RequestUri.AbsolutePath}.", "Set features by FakeFlags' own methods.");
        string name = Uri.UnescapeDataString(path[4]);
        if (flags.Find(name) is null)
            return Problem(404, $"There is no feature {name}.", "Create it with FakeFlags first.");
        _ = path[5] == "enable" ? flags.Enable(name) : flags.Disable(name);
        return Json(HttpStatusCode.OK, JsonSerializer.SerializeToUtf8Bytes(flags.Find(name)!, FlagsJson.Relaxed.Feature), "application/json");
    }

    private static HttpResponseMessage Problem(int status, string detail, string next)
    {
        var problem = new Problem { Type = "urn:flags:problem:fake", Title = "FakeFlags", Status = status, Detail = detail, Next = next };
        return Json((HttpStatusCode)status, JsonSerializer.SerializeToUtf8Bytes(problem, FlagsJson.Relaxed.Problem), "application/problem+json");
    }

    private static HttpResponseMessage Json(HttpStatusCode status, byte[] body, string type) =>
        new(status) { Content = new ByteArrayContent(body) { Headers = { ContentType = new(type) } } };
}
