using System.Net;

namespace Flags.Api.Tests;

/// <summary>On a server of its own: a list that grows to a second page between GET and HEAD has another header.</summary>
public sealed class MethodTests(Own own) : IClassFixture<Own>
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"];

    private readonly Api api = own.Api;

    public static TheoryData<string> Reads =>
        [.. Route.All.Where(r => r.Method == "GET" && !r.IsEndless).Select(r => "/api/v1" + r.Pattern), "/livez", "/readyz", "/openapi/v1.json", "/api/v1/features/nobody_made_it", "/api/v1/features?limit=0"];

    public static TheoryData<string> Patterns => [.. Route.All.Select(r => r.Pattern).Distinct()];

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task HEAD_answers_as_GET_does_without_the_body(string path)
    {
        path = path.Replace("{name}", "jobs_processing");
        using HttpResponseMessage get = await api.ResponseAsync(HttpMethod.Get, path), head = await api.ResponseAsync(HttpMethod.Head, path);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        Assert.Equal(Names(get), Names(head));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.CacheControl, head.Headers.CacheControl);
    }

    [Theory]
    [MemberData(nameof(Patterns))]
    public async Task Another_method_is_405_and_says_which_there_are(string pattern)
    {
        // What the address of one route could also mean: /leases/renew looks like /leases/{id}, whose id is read after the method.
        string[] known = [.. Route.All.Where(r => r.Pattern == pattern || IsOne(pattern, of: r.Pattern)).Select(r => r.Method)];
        string[] allowed = [.. known.Contains("GET") && !Route.All.Any(r => r.Pattern == pattern && r.IsEndless) ? known.Append("HEAD") : known];
        string path = "/api/v1" + pattern.Replace("{name}", "jobs_processing").Replace("{id}", "nobodys0").Replace("{key}", "nobodys0");
        using HttpClient nobody = api.Server.Client(null);
        foreach (string method in Methods.Except(allowed))
        {
            foreach (HttpClient client in (HttpClient[])[api.Http, nobody])
            {
                using HttpResponseMessage response = await api.ResponseAsync(new HttpMethod(method), path, http: client);
                Assert.Equal((HttpStatusCode.MethodNotAllowed, method), (response.StatusCode, method));
                Assert.Equal(allowed.Order(), response.Content.Headers.Allow.Order());
                if (method != "HEAD")
                    Assert.Contains(allowed[0], Api.Problem(await response.Content.ReadAsStringAsync(), HttpStatusCode.MethodNotAllowed).Next);
            }
        }
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/v1")]
    [InlineData("/api/v1/nope")]
    [InlineData("/api/v2/features")]
    [InlineData("/api/v1/features/jobs_processing/nope")]
    [InlineData("/api/v1/features/jobs_processing/gates/actors")]
    [InlineData("/api/v1/features//check")]
    [InlineData("/api/v1/keys/x/y/z")]
    [InlineData("/openapi/v2.json")]
    [InlineData("//api/v1/features")]
    public async Task An_unknown_route_is_404(string path)
    {
        using HttpClient nobody = api.Server.Client(null);
        foreach (HttpClient client in (HttpClient[])[api.Http, nobody])
        {
            (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, path, http: client);
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Equal("urn:flags:problem:no-route", Api.Problem(body, status).Type);
        }
    }

    private static bool IsOne(string pattern, string of) =>
        pattern.Split('/') is var parts && of.Split('/') is var others && parts.Length == others.Length && parts.Zip(others).All(pair => pair.First == pair.Second || pair.Second == "{id}");

    private static string[] Names(HttpResponseMessage response) =>
        [.. response.Headers.Concat(response.Content.Headers).Select(h => h.Key).Where(h => h is not ("Transfer-Encoding" or "Content-Length" or "Date")).Order()];
}
