using System.Net;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>Each wrong call has a problem of its own that says what to do, and changes nothing.</summary>
public sealed class BadInputTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    [Fact]
    public async Task Each_wrong_call_has_a_problem_of_its_own_and_changes_nothing()
    {
        Feature feature = await api.CreateAsync(enabled: true), elsewhere = await api.CreateAsync(enabled: true), limited = await api.LimitedAsync(1);
        using HttpClient job = await api.Server.ClientAsync("lease"), other = await api.Server.ClientAsync("lease hold"), jobs = await api.Server.ClientAsync("lease hold read", "jobs_*");
        EnteredLease lease = await api.EnterAsync(elsewhere, """{"ttl":"15m"}""", job), gone = await api.EnterAsync(elsewhere, http: job);
        await api.LeaveAsync(gone, job);
        await api.EnterAsync(limited, """{"ttl":"15m"}""");
        PlacedHold hold = await DrainedAsync(feature), ended = await DrainedAsync(elsewhere);
        await api.ReleaseAsync(ended);
        PlacedHold exclusive = await DrainedAsync(await api.CreateAsync(), ""","exclusive":true """);
        string held = $"{{\"features\":[\"{feature.Name}\"],\"reason\":\"x\"}}", state = await api.StateAsync();
        (string Slug, int Status, string Method, string Path, string? Json, HttpClient? Http)[] calls =
        [
            ("ttl-out-of-range", 422, "POST", "/holds", held[..^1] + ",\"ttl\":\"31m\"}", null),
            ("ttl-out-of-range", 422, "POST", "/holds", held[..^1] + ",\"ttl\":0.5}", null),
            ("ttl-out-of-range", 422, "POST", $"/features/{elsewhere.Name}/leases", """{"ttl":"15m1s"}""", null),
            ("ttl-out-of-range", 422, "POST", $"/leases/{lease.Id}/renew", $$"""{"token":{{lease.Token}},"ttl":"1h"}""", job),
            ("ttl-out-of-range", 422, "POST", $"/holds/{hold.Id}/extend", $$"""{"token":{{hold.Token}},"ttl":"31m"}""", null),
            ("not-found", 404, "POST", "/holds", """{"features":["nobody_made_it"],"reason":"x"}""", null),
            ("not-found", 404, "POST", "/features/nobody_made_it/leases", null, null),
            ("not-found", 404, "GET", "/features/nobody_made_it/leases", null, null),
            ("unknown-hold", 404, "GET", $"/holds/{Guid.NewGuid()}", null, null),
            ("unknown-hold", 404, "POST", $"/holds/{Guid.NewGuid()}/force-release", """{"reason":"x"}""", null),
            ("method", 405, "POST", "/holds/force-release", """{"reason":"x"}""", null),
            ("invalid", 422, "POST", $"/holds/{hold.Id}/force-release", "{}", null),
            ("stale-token", 409, "POST", $"/holds/{hold.Id}/extend", $$"""{"token":{{hold.Token - 1}}}""", null),
            ("stale-token", 410, "POST", $"/leases/{lease.Id}/renew", $$"""{"token":{{lease.Token - 1}}}""", job),
            ("stale-token", 410, "POST", $"/leases/{lease.Id}/renew", $$"""{"token":{{lease.Token}}}""", other),
            ("lease-lost", 410, "POST", $"/leases/{Guid.NewGuid()}/renew", $$"""{"token":{{lease.Token}}}""", job),
            ("lease-lost", 410, "POST", $"/leases/{gone.Id}/renew", $$"""{"token":{{gone.Token}}}""", job),
            ("lease-lost", 410, "PUT", $"/features/{elsewhere.Name}/leases/{gone.Id}", "{}", job),
            ("hold-ended", 410, "POST", $"/holds/{ended.Id}/extend", $$"""{"token":{{ended.Token}}}""", null),
            ("hold-ended", 410, "GET", $"/holds/{ended.Id}/drained?wait=50s", null, null),
            ("id-reused", 409, "PUT", $"/features/{feature.Name}/leases/{lease.Id}", "{}", job),
            ("id-reused", 409, "PUT", $"/features/{elsewhere.Name}/leases/{lease.Id}", "{}", other),
            ("id-reused", 409, "PUT", $"/holds/{hold.Id}", $$"""{"features":["{{elsewhere.Name}}"],"reason":"x"}""", null),
            ("not-your-hold", 403, "DELETE", $"/holds/{hold.Id}", null, other),
            ("hold-conflict", 409, "POST", "/holds", $$"""{"features":["{{exclusive.Features[0]}}"],"reason":"x"}""", null),
            ("parent-lost", 409, "POST", $"/features/{elsewhere.Name}/leases", $$"""{"parent":"{{gone.Id}}"}""", job),
            ("parent-foreign", 403, "POST", $"/features/{elsewhere.Name}/leases", $$"""{"parent":"{{lease.Id}}"}""", other),
            ("held", 423, "POST", $"/features/{feature.Name}/leases", null, null),
            ("disabled", 423, "POST", $"/features/{exclusive.Features[0]}/leases", null, null),
            ("full", 423, "POST", $"/features/{limited.Name}/leases", null, null),
            ("forbidden", 403, "POST", "/holds", $$"""{"features":["jobs_processing","{{feature.Name}}"],"reason":"x"}""", jobs),
            ("forbidden", 403, "POST", $"/features/{feature.Name}/leases", null, jobs),
            ("forbidden", 403, "GET", $"/holds/{hold.Id}", null, jobs),
            ("forbidden", 403, "GET", $"/holds?feature={feature.Name}", null, jobs),
            ("invalid", 400, "GET", $"/holds/{hold.Id}/drained?wait=soon", null, null),
            ("invalid", 400, "GET", $"/holds/{hold.Id}/drained?refuse=503", null, null),
            ("invalid", 400, "PUT", $"/holds/{Guid.NewGuid()}?wait=-1", held, null),
            ("invalid", 400, "POST", "/holds?wait=", held, null),
            ("invalid", 400, "PUT", $"/features/{elsewhere.Name}/leases/{Guid.NewGuid()}?wait=1y", "{}", null),
            ("invalid", 400, "GET", $"/features/{elsewhere.Name}/leases?until=empty&wait=soon", null, null),
            ("invalid", 400, "GET", $"/features/{elsewhere.Name}/leases?wait=5s", null, null),
            ("invalid", 400, "GET", $"/features/{elsewhere.Name}/check?refuse=200", null, null),
            ("invalid", 400, "PUT", "/holds/1", held, null),
            ("invalid", 400, "GET", "/holds/1", null, null),
            ("invalid", 400, "DELETE", "/holds/1", null, null),
            ("invalid", 400, "GET", "/holds/1/drained", null, null),
            ("invalid", 400, "POST", "/holds/1/extend", $$"""{"token":{{hold.Token}}}""", null),
            ("invalid", 400, "POST", "/holds/1/revoke-leases", "{}", null),
            ("invalid", 400, "POST", "/holds/1/force-release", """{"reason":"x"}""", null),
            ("invalid", 400, "POST", "/leases/1/renew", $$"""{"token":{{lease.Token}}}""", job),
            ("invalid", 400, "DELETE", $"/leases/1?token={lease.Token}", null, job),
            ("invalid", 400, "DELETE", $"/leases/{lease.Id}?token={lease.Token}&token=1", null, job),
            ("invalid", 400, "DELETE", $"/leases/{lease.Id}?token=99999999999999999999", null, job),
            ("unknown-hold", 404, "GET", $"/holds/{Guid.NewGuid()}/drained?wait=50s", null, null),
            ("unknown-hold", 404, "POST", $"/holds/{Guid.NewGuid()}/extend", $$"""{"token":{{hold.Token}}}""", null),
            ("unknown-hold", 404, "POST", $"/holds/{Guid.NewGuid()}/revoke-leases", "{}", null),
            ("invalid", 422, "POST", "/holds", $"{{\"features\":[{string.Join(',', Enumerable.Range(0, 101).Select(i => $"\"f{i}\""))}],\"reason\":\"x\"}}", null),
            ("invalid", 422, "POST", "/holds", held[..^1] + ",\"url\":\"file:///etc/passwd\"}", null),
            ("invalid", 422, "POST", "/holds", held[..^2] + new string('r', 2_001) + "\"}", null),
            ("invalid", 422, "PUT", $"/features/{elsewhere.Name}/leases/{Guid.NewGuid()}", $"{{\"actor\":\"{new string('a', 1_025)}\"}}", null),
            ("malformed", 400, "PUT", $"/features/{elsewhere.Name}/leases/{Guid.NewGuid()}", """{"actor":{"id":"x","properties":{"\ud800":1}}}""", null),
            ("malformed", 400, "PUT", $"/features/{elsewhere.Name}/leases/{Guid.NewGuid()}", """{"actor":{"id":"x","groups":["\udc00"]}}""", null),
            ("malformed", 400, "POST", $"/features/{elsewhere.Name}/evaluate", """{"actors":[{"id":"x","properties":{"a":["\ud800"]}}]}""", null),
            ("invalid", 400, "POST", $"/features/{elsewhere.Name}/leases?refuse=500", null, null),
            ("invalid", 400, "PUT", $"/features/{elsewhere.Name}/leases/1", null, null),
            ("invalid", 400, "DELETE", $"/leases/{lease.Id}", null, job),
            ("invalid", 400, "GET", $"/features/{elsewhere.Name}/leases?until=full", null, null),
        ];
        foreach ((string slug, int status, string method, string path, string? json, HttpClient? http) in calls)
        {
            Deploys.Reply reply = await api.CallAsync(method, path, json, http);
            // The one that is off is also held, which is said first.
            string expected = slug == "disabled" ? "held" : slug;
            Assert.True((expected, status) == (reply.Slug, (int)reply.Status), $"{method} {path} {json}: {(int)reply.Status} {reply.Body}, not {expected}");
            Assert.Equal(status is 423, reply.Header("Retry-After") is not null && slug != "hold-conflict");
            if (slug == "ttl-out-of-range")
                Assert.Contains("from 1 s to", reply.Problem.Detail);
        }

        Assert.Equal(state, await api.StateAsync());
    }

    [Theory]
    [InlineData("%00")]
    [InlineData("a%FF")]
    [InlineData("%")]
    [InlineData("%20")]
    [InlineData("2001")]
    public async Task A_reason_that_cannot_be_kept_refuses_the_call(string reason)
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold hold = await DrainedAsync(feature);
        string state = await api.StateAsync();
        (string, string)[] headers = [("Flags-Reason", reason == "2001" ? new string('r', 2_001) : reason)];
        foreach ((string method, string rest, string? json) in ((string, string, string?)[])[("DELETE", "", null), ("POST", "/revoke-leases", "{}"), ("POST", "/force-release", "{}")])
        {
            Deploys.Reply reply = await api.CallAsync(method, $"/holds/{hold.Id}{rest}", json, headers: headers);
            Assert.True(reply is { Slug: "invalid", Status: HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity }, reply.Body);
        }

        Assert.Equal(state, await api.StateAsync());
        await api.ReleaseAsync(hold);
    }

    [Fact]
    public async Task A_feature_whose_gates_are_closed_says_so()
    {
        Feature feature = await api.CreateAsync();
        Problem off = (await api.CallAsync("POST", $"/features/{feature.Name}/leases")).Problem;
        Assert.Equal(("urn:flags:problem:disabled", 423, "disabled", 0), (off.Type, off.Status, off.Reason, off.InFlight));
    }

    /// <summary>Drained, so that no tick changes it.</summary>
    private async Task<PlacedHold> DrainedAsync(Feature feature, string more = "")
    {
        PlacedHold hold = await api.HoldAsync(feature, ""","ttl":"30m" """ + more);
        await api.CallAsync("GET", $"/holds/{hold.Id}/drained");
        if (hold.InFlight == 0)
            await Testing.Eventually.TrueAsync(async () => (await api.CallAsync("GET", $"/holds/{hold.Id}/drained")).Status == HttpStatusCode.OK, "it is drained");
        return hold;
    }
}
