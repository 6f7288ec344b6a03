using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Client;

/// <summary>What <see cref="FakeFlags"/> answers to the code under test: enabling and disabling, leases, holds, claims and heartbeats, and that it can do no more.</summary>
internal sealed partial class FakeServer(FakeFlags flags) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string[] path = request.RequestUri!.AbsolutePath.Split('/');
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return (request.Method.Method, path) switch
        {
            ("PUT", [_, _, _, "features", _, "leases", _]) => await EnterAsync(Uri.UnescapeDataString(path[4]), Guid.Parse(path[6]), body, Wait(request), cancellationToken).ConfigureAwait(false),
            ("POST", [_, _, _, "leases", "renew"]) => Renew(body),
            ("DELETE", [_, _, _, "leases", _]) => Leave(Guid.Parse(path[4])),
            ("PUT", [_, _, _, "holds", _]) => Hold(Guid.Parse(path[4]), body),
            ("POST", [_, _, _, "holds", _, "extend"]) => Extend(Guid.Parse(path[4])),
            ("GET", [_, _, _, "holds", _, "drained"]) => await DrainAsync(Guid.Parse(path[4]), Wait(request), cancellationToken).ConfigureAwait(false),
            ("DELETE", [_, _, _, "holds", _]) => Release(Guid.Parse(path[4])),
            _ => Claims(request.Method.Method, path, body) ?? Switch(request, path),
        };
    }

    private HttpResponseMessage Switch(HttpRequestMessage request, string[] path)
    {
        if (request.Method != HttpMethod.Post || path is not [_, "api", "v1", "features", _, "enable" or "disable"])
            return Problem(501, $"FakeFlags does not answer {request.Method} {request.RequestUri!.AbsolutePath}.", "Set features by FakeFlags' own methods.");
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
