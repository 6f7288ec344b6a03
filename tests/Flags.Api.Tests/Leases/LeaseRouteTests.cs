using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class LeaseRouteTests(Api api)
{
    [Fact]
    public async Task The_same_id_gives_the_same_lease_and_one_that_was_left_is_over()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string path = $"/features/{feature.Name}/leases/{Guid.NewGuid()}";
        Deploys.Reply first = await api.CallAsync("PUT", path, """{"ttl":"30s","holder":"nightly"}"""), second = await api.CallAsync("PUT", path, "{}");
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.Status, second.Status));
        EnteredLease lease = Entered(first);
        Assert.Equal((lease.Id, lease.Token, lease.ExpiresAt), (Entered(second).Id, Entered(second).Token, Entered(second).ExpiresAt));
        Assert.Equal((30, 10), (lease.ExpiresInSeconds, lease.RenewInSeconds));
        Assert.Equal(("nightly", null), Assert.Single((await api.InsideAsync(feature)).Leases) is { } inside ? (inside.Holder, inside.Actor) : default);
        Assert.Equal("live", (await api.LeaveAsync(lease)).Header("Flags-Lease-Was"));
        Assert.Equal("expired", (await api.LeaveAsync(lease)).Header("Flags-Lease-Was"));
        Assert.Equal("unknown", (await api.LeaveAsync(lease with { Id = Guid.NewGuid() })).Header("Flags-Lease-Was"));
        Assert.Equal("lease-lost", (await api.CallAsync("PUT", path, "{}")).Slug);
        Assert.Empty((await api.InsideAsync(feature)).Leases);
    }

    [Fact]
    public async Task A_closed_answer_says_who_why_since_when_and_until_when()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        EnteredLease lease = await api.EnterAsync(feature);
        PlacedHold hold = await api.HoldAsync(feature, ""","holder":"ci 17","url":"https://ci.example.org/17" """);
        Deploys.Reply reply = await api.CallAsync("POST", $"/features/{feature.Name}/leases");
        Problem held = reply.Problem;
        Assert.Equal(("urn:flags:problem:held", 423, "held", 1), (held.Type, held.Status, held.Reason, held.InFlight));
        HoldInfo told = Assert.Single(held.Holds!);
        Assert.Equal((hold.Id, null, "ci 17", "v42", "https://ci.example.org/17", hold.ExpiresAt), (told.Id, told.Token, told.Holder, told.Reason, told.Url, told.ExpiresAt));
        Assert.InRange(told.ExpiresInSeconds, 60, 120);
        Assert.Equal($"{held.RetryAfterSeconds}", reply.Header("Retry-After"));
        Deploys.Reply retry = await api.CallAsync("POST", $"/features/{feature.Name}/leases?refuse=429");
        Assert.Equal((HttpStatusCode.TooManyRequests, 429, "held"), (retry.Status, retry.Problem.Status, retry.Slug));
        Assert.NotNull(retry.Header("Retry-After"));
        await api.LeaveAsync(lease);
    }

    [Fact]
    public async Task The_gates_are_asked_for_the_jobs_actor()
    {
        Feature feature = await api.CreateAsync();
        string path = $"/features/{feature.Name}/leases";
        await api.CallAsync("PUT", $"/features/{feature.Name}/gates", """{"actors":["Job;1"],"groups":["night"],"expression":{"Equal":[{"Property":["plan"]},"pro"]}}""");
        foreach (string open in (string[])["\"Job;1\"", """{"id":"Job;1"}""", """{"id":"Job;2","groups":["night"]}""", """{"properties":{"plan":"pro"}}"""])
            Assert.Equal(HttpStatusCode.Created, (await api.CallAsync("POST", path, $$"""{"actor":{{open}}}""")).Status);
        foreach (string closed in (string[])["\"Job;2\"", "{}", "null", """{"id":"Job;2","properties":{"plan":"free"}}"""])
            Assert.Equal("disabled", (await api.CallAsync("POST", path, $$"""{"actor":{{closed}}}""")).Slug);
        Assert.Equal("disabled", (await api.CallAsync("POST", path)).Slug);
        Assert.Contains((await api.InsideAsync(feature)).Leases, lease => lease.Actor == "Job;1");
    }

    [Fact]
    public async Task A_share_of_time_is_drawn_once_for_each_lease()
    {
        Feature feature = await api.CreateAsync();
        await api.CallAsync("PUT", $"/features/{feature.Name}/gates", """{"percentageOfTime":50}""");
        int open = 0;
        for (int i = 0; i < 30; i++)
        {
            string path = $"/features/{feature.Name}/leases/{Guid.NewGuid()}";
            HttpStatusCode first = (await api.CallAsync("PUT", path)).Status;
            open += first == HttpStatusCode.Created ? 1 : 0;
            for (int again = 0; again < 3 && first == HttpStatusCode.Locked; again++)
                Assert.Equal(first, (await api.CallAsync("PUT", path)).Status);
        }

        Assert.InRange(open, 3, 27);
    }

    [Fact]
    public async Task A_write_on_another_replica_closes_the_feature_for_the_next_enter()
    {
        Feature feature = await api.CreateAsync(enabled: true), referring = await api.CreateAsync();
        await api.CallAsync("PUT", $"/features/{referring.Name}/gates", $"{{\"expression\":{{\"FeatureEnabled\":[\"{feature.Name}\"]}}}}");
        await using Testing.TestServer second = await Testing.TestServer.StartAsync(api.Server.ConnectionString);
        var feed = (Store.ChangeFeed)second.Services.GetService(typeof(Store.ChangeFeed))!;
        await feed.NewestAsync(TestContext.Current.CancellationToken);
        feed.Deaf = true;
        foreach (Feature asked in (Feature[])[feature, referring])
        {
            await api.CallAsync("POST", $"/features/{feature.Name}/enable");
            using HttpResponseMessage entered = await second.Http.PostAsync(new Uri($"/api/v1/features/{asked.Name}/leases", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.Created, entered.StatusCode);
            await api.CallAsync("POST", $"/features/{feature.Name}/disable");
            using HttpResponseMessage refused = await second.Http.PostAsync(new Uri($"/api/v1/features/{asked.Name}/leases", UriKind.Relative), null);
            Assert.Equal(HttpStatusCode.Locked, refused.StatusCode);
        }
    }

    [Fact]
    public async Task Leases_are_renewed_alone_and_in_batches_and_told_that_the_feature_closes()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        EnteredLease first = await api.EnterAsync(feature), second = await api.EnterAsync(feature), left = await api.EnterAsync(feature);
        await api.LeaveAsync(left);
        RenewedLease renewed = JsonSerializer.Deserialize((await api.CallAsync("POST", $"/leases/{first.Id}/renew", $$"""{"token":{{first.Token}},"ttl":"5m"}""")).Body, FlagsJson.Default.RenewedLease)!;
        Assert.Equal((300, false, false), (renewed.ExpiresInSeconds, renewed.Closing, renewed.TakeoverRequested));
        string json = $$"""{"leases":[{"id":"{{second.Id}}","token":{{second.Token}}},{"id":"{{left.Id}}","token":{{left.Token}}},{"id":"{{first.Id}}","token":1},{"id":"{{Guid.NewGuid()}}","token":1}],"ttl":"30s"}""";
        Assert.Equal(["renewed", "left", "unknown", "unknown"], (await RenewAsync(json)).Select(lease => lease.Outcome));
        await api.CallAsync("POST", $"/features/{feature.Name}/disable");
        await Testing.Eventually.TrueAsync(async () => (await RenewAsync($$"""{"leases":[{"token":{{second.Token}},"id":"{{second.Id}}"}]}"""))[0].Closing, "a job hears that the feature is off");
        string many = string.Join(',', Enumerable.Range(0, 1001).Select(_ => $"{{\"id\":\"{Guid.NewGuid()}\",\"token\":1}}"));
        Assert.Equal("invalid", (await api.CallAsync("POST", "/leases/renew", $$"""{"leases":[{{many}}]}""")).Slug);
        Assert.Equal("invalid", (await api.CallAsync("POST", "/leases/renew", $$"""{"leases":[{"id":"{{first.Id}}","token":1},{"id":"{{first.Id}}","token":2}]}""")).Slug);
        Assert.Empty(await RenewAsync("""{"leases":[]}"""));
    }

    [Fact]
    public async Task A_sub_job_starts_inside_its_parent_while_the_feature_is_held()
    {
        Feature feature = await api.CreateAsync(enabled: true), other = await api.CreateAsync(enabled: true);
        EnteredLease parent = await api.EnterAsync(feature, """{"ttl":"30s"}""");
        PlacedHold hold = await api.HoldAsync(feature), unrelated = await api.HoldAsync(other);
        EnteredLease child = await api.EnterAsync(feature, $$"""{"parent":"{{parent.Id}}","ttl":"5m"}""");
        Assert.True(child.ExpiresInSeconds <= 30);
        Assert.Equal("held", (await api.CallAsync("POST", $"/features/{other.Name}/leases", $$"""{"parent":"{{parent.Id}}"}""")).Slug);
        await api.LeaveAsync(parent);
        Assert.Equal("draining", (await api.CallAsync("GET", $"/holds/{hold.Id}/drained")).Slug);
        await api.LeaveAsync(child);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("GET", $"/holds/{hold.Id}/drained?wait=5s")).Status);
        await api.ReleaseAsync(hold);
        await api.ReleaseAsync(unrelated);
    }

    private async Task<IReadOnlyList<RenewedLease>> RenewAsync(string json) =>
        JsonSerializer.Deserialize((await api.CallAsync("POST", "/leases/renew", json)).Body, FlagsJson.Default.RenewedLeases)!.Leases;

    private static EnteredLease Entered(Deploys.Reply reply) => JsonSerializer.Deserialize(reply.Body, FlagsJson.Default.EnteredLease)!;
}
