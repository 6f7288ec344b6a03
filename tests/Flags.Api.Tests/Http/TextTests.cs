using System.Net;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>A shell that accepts <c>text/plain</c> gets one line it can use or print.</summary>
public sealed class TextTests(Api api)
{
    private static readonly (string, string) Text = ("Accept", "text/plain");

    [Fact]
    public async Task Each_step_of_a_deploy_and_a_job_answers_with_one_word_or_number()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string inside = $"/features/{feature.Name}/leases", lease = Guid.NewGuid().ToString(), hold = $"/holds/{Guid.NewGuid()}";
        Assert.Equal("0", await LineAsync("GET", inside));
        string token = await LineAsync("PUT", $"{inside}/{lease}", """{"ttl":"30s"}""", HttpStatusCode.Created);
        Assert.Equal("30", await LineAsync("POST", $"/leases/{lease}/renew", $$"""{"token":{{token}}}"""));
        string held = await LineAsync("PUT", hold, $$"""{"features":["{{feature.Name}}"],"reason":"v42"}""", HttpStatusCode.Created);
        Assert.Equal("30 closing", await LineAsync("POST", $"/leases/{lease}/renew", $$"""{"token":{{token}}}"""));
        Assert.Equal("1", await LineAsync("GET", inside));
        Assert.Equal("300", await LineAsync("POST", $"{hold}/extend", $$"""{"token":{{held}},"ttl":"5m"}"""));
        await api.CallAsync("DELETE", $"/leases/{lease}?token={token}");
        Assert.Equal(held, await LineAsync("GET", $"{hold}/drained"));
        Assert.Equal("0", await LineAsync("GET", $"{inside}?until=empty"));
        await api.CallAsync("DELETE", hold);
    }

    [Fact]
    public async Task A_refusal_is_one_line_that_no_reason_can_break_out_of()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold hold = await api.HoldAsync(feature, ""","ttl":"30m","holder":"ci\u001b[2J17","url":"https://ci.example.org/17" """);
        EnteredLease other = await api.EnterAsync(await api.CreateAsync(enabled: true));
        (string Word, int Status, string Method, string Path, string? Json)[] calls =
        [
            ("held", 423, "POST", $"/features/{feature.Name}/leases", null),
            ("held", 429, "POST", $"/features/{feature.Name}/leases?refuse=429", null),
            ("held", 423, "GET", $"/features/{feature.Name}/check", null),
            ("stale-token", 410, "POST", $"/leases/{other.Id}/renew", """{"token":1}"""),
            ("invalid", 400, "PUT", "/holds/x", $$"""{"features":["{{feature.Name}}"],"reason":"v42"}"""),
            ("no-route", 404, "GET", "/nope", null),
        ];
        foreach ((string word, int status, string method, string path, string? json) in calls)
        {
            Deploys.Reply reply = await api.CallAsync(method, path, json, headers: Text);
            Assert.Equal((status, "text/plain"), ((int)reply.Status, reply.Response.Content.Headers.ContentType?.MediaType));
            Assert.StartsWith($"{word}: ", reply.Body);
            Assert.Equal(reply.Body.Length - 1, reply.Body.IndexOfAny([.. Enumerable.Range(0, 32).Select(c => (char)c)]));
            if (word != "held")
                continue;
            Assert.NotNull(reply.Header("Retry-After"));
            foreach (string told in (string[])["ci [2J17", "v42", "https://ci.example.org/17", UtcTimeConverter.Format(hold.ExpiresAt.AddMinutes(-30))[..16], "for 1"])
                Assert.Contains(told, reply.Body);
        }

        await api.ReleaseAsync(hold);
    }

    [Theory]
    [InlineData("*/*")]
    [InlineData("text/*")]
    [InlineData("application/problem+json")]
    [InlineData("text/plain;q=0.5, application/problem+json")]
    [InlineData("text/html, application/xhtml+xml, */*;q=0.8")]
    public async Task Whoever_does_not_ask_for_text_by_its_name_gets_a_problem(string accept)
    {
        Deploys.Reply refused = await api.CallAsync("GET", "/holds/x", headers: ("Accept", accept));
        Assert.Equal(("invalid", "application/problem+json"), (refused.Slug, refused.Response.Content.Headers.ContentType?.MediaType));
    }

    private async Task<string> LineAsync(string method, string path, string? json = null, HttpStatusCode expected = HttpStatusCode.OK)
    {
        Deploys.Reply reply = await api.CallAsync(method, path, json, headers: Text);
        Assert.True(reply.Status == expected, reply.Body);
        Assert.Equal("text/plain", reply.Response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain('\n', reply.Body);
        return reply.Body;
    }
}
