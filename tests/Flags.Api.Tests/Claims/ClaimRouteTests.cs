using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>On a server of its own: a refusal is compared with the whole state.</summary>
public sealed class ClaimRouteTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    [Fact]
    public async Task One_wins_and_the_others_hear_how_long_and_then_the_result()
    {
        string key = api.NewName("message"), path = $"/claims/{key}";
        GrantedClaim claim = await api.ClaimAsync(key, """{"owner":"a","ttl":"30s","keep":"1h"}""");
        Assert.Equal((key, 1, 30, 10), (claim.Key, claim.Attempt, claim.ExpiresInSeconds, claim.RenewInSeconds));
        Deploys.Reply again = await api.CallAsync("PUT", path, """{"owner":"a"}"""), other = await api.CallAsync("PUT", path);
        Assert.Equal((HttpStatusCode.OK, $"{claim.Token}"), (again.Status, again.Header("Flags-Token")));
        Assert.Equal((HttpStatusCode.Conflict, "claimed", "claimed"), (other.Status, other.Slug, other.Problem.State));
        Assert.InRange(other.Problem.ExpiresInSeconds!.Value, 1, 30);
        Assert.Equal($"{other.Problem.RetryAfterSeconds}", other.Header("Retry-After"));
        Assert.DoesNotContain($"{claim.Token}", other.Body);
        Assert.Equal("claimed", (await FindAsync(path)).State);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("POST", path + "/renew", $$"""{"token":{{claim.Token}},"ttl":"5m"}""")).Status);
        string complete = $$$"""{"token":{{{claim.Token}}},"result":{"sent":[1.50,"x<é>",null]}}""";
        EndedClaim ended = JsonSerializer.Deserialize((await api.CallAsync("POST", path + "/complete", complete)).Body, FlagsJson.Default.EndedClaim)!;
        Assert.Equal(("done", 3600), (ended.State, ended.KeptForSeconds));
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("POST", path + "/complete", complete)).Status);
        Deploys.Reply done = await api.CallAsync("PUT", path, """{"owner":"a"}""");
        Assert.Equal((HttpStatusCode.Conflict, "claim-done", "done", """{"sent":[1.50,"x<é>",null]}"""), (done.Status, done.Slug, done.Problem.State, done.Problem.Result!.Value.GetRawText()));
        ClaimInfo found = await FindAsync(path);
        Assert.Equal(("done", "at-least-once", 1), (found.State, found.Mode, found.Attempt));
        Assert.Equal("""{"sent":[1.50,"x<é>",null]}""", found.Result!.Value.GetRawText());
    }

    [Fact]
    public async Task What_was_given_back_is_free_at_once()
    {
        string key = api.NewName("message"), path = $"/claims/{key}";
        GrantedClaim first = await api.ClaimAsync(key, """{"mode":"once"}""");
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("POST", path + "/abandon", $$"""{"token":{{first.Token}}}""")).Status);
        Assert.Equal("abandoned", (await FindAsync(path)).State);
        Assert.Equal(("claim-lost", "abandoned"), await api.CallAsync("POST", path + "/renew", $$"""{"token":{{first.Token}}}""") is var lost ? (lost.Slug, lost.Problem.Reason) : default);
        Assert.Equal(2, (await api.ClaimAsync(key)).Attempt);
        Assert.Equal("stale-token", (await api.CallAsync("POST", path + "/abandon", $$"""{"token":{{first.Token}}}""")).Slug);
    }

    [Theory]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%252Fb", "a%2Fb")]
    [InlineData("%2E%2E", "..")]
    [InlineData("%20a+b%3F%23%25%C3%A9", " a+b?#%é")]
    public async Task Any_text_is_a_key_and_is_that_key_alone(string segment, string key)
    {
        GrantedClaim claim = await api.ClaimAsync(segment);
        Assert.Equal(key, claim.Key);
        Assert.Equal(key, (await FindAsync($"/claims/{segment}")).Key);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("POST", $"/claims/{segment}/complete", $$"""{"token":{{claim.Token}}}""")).Status);
    }

    [Fact]
    public async Task Wrong_calls_are_refused_each_with_its_own_problem_and_change_nothing()
    {
        string key = api.NewName("message"), path = $"/claims/{key}", most = new('é', 127);
        GrantedClaim claim = await api.ClaimAsync(key);
        await api.ClaimAsync(Uri.EscapeDataString(most + "e"));
        string large = JsonSerializer.Serialize(new string('x', Limits.ClaimResultBytes - 1));
        string before = await api.StateAsync();
        (string Word, int Status, string Method, string Path, string? Json)[] calls =
        [
            ("stale-token", 409, "POST", path + "/complete", """{"token":1}"""),
            ("stale-token", 409, "POST", path + "/renew", """{"token":1}"""),
            ("stale-token", 409, "POST", path + "/abandon", """{"token":1}"""),
            ("result-too-large", 413, "POST", path + "/complete", $$"""{"token":{{claim.Token}},"result":{{large}}}"""),
            ("key-too-long", 422, "PUT", $"/claims/{Uri.EscapeDataString(most + "ee")}", null),
            ("key-too-long", 422, "GET", $"/claims/{new string('x', 256)}", null),
            ("malformed", 400, "PUT", "/claims/%FF", null),
            ("malformed", 400, "PUT", "/claims/%zz", null),
            ("ttl-out-of-range", 422, "PUT", path, """{"ttl":"61m"}"""),
            ("ttl-out-of-range", 422, "PUT", path, """{"keep":"31d"}"""),
            ("invalid", 422, "PUT", path, """{"mode":"twice"}"""),
            ("unknown-claim", 404, "GET", path + "x", null),
            ("unknown-claim", 404, "POST", path + "x/complete", """{"token":1}"""),
        ];
        foreach ((string word, int status, string method, string call, string? json) in calls)
        {
            Deploys.Reply reply = await api.CallAsync(method, call, json);
            Assert.Equal((word, status), (reply.Slug, (int)reply.Status));
        }

        Assert.Equal(before, await api.StateAsync());
        string fits = JsonSerializer.Serialize(new string('x', Limits.ClaimResultBytes - 2));
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("POST", path + "/complete", $$"""{"token":{{claim.Token}},"result":{{fits}}}""")).Status);
    }

    [Fact]
    public async Task A_key_with_a_pattern_claims_only_what_fits_it()
    {
        using HttpClient limited = await api.Server.ClientAsync("claim", "mail_*");
        await api.ClaimAsync($"mail_{api.NewName()}", http: limited);
        Assert.Contains("mail_*", (await api.CallAsync("PUT", $"/claims/{api.NewName("sms")}", http: limited)).Problem.Detail);
    }

    private async Task<ClaimInfo> FindAsync(string path) => JsonSerializer.Deserialize((await api.CallAsync("GET", path)).Body, FlagsJson.Default.ClaimInfo)!;
}
