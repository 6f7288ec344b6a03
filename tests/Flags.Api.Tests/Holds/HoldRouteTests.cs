using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class HoldRouteTests(Api api)
{
    [Fact]
    public async Task The_same_id_gives_the_same_hold_with_its_token_again()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string path = $"/holds/{Guid.NewGuid()}", json = $$"""{"features":["{{feature.Name}}","{{feature.Name}}"],"reason":"v42"}""";
        Deploys.Reply first = await api.CallAsync("PUT", path, json), second = await api.CallAsync("PUT", path, json);
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.Status, second.Status));
        PlacedHold placed = Placed(first), replay = Placed(second);
        Assert.Equal((placed.Id, placed.Token, placed.ExpiresAt), (replay.Id, replay.Token, replay.ExpiresAt));
        Assert.Equal([feature.Name], placed.Features);
        Assert.Equal($"{placed.Token}", first.Header("Flags-Token"));
        Assert.Equal($"/api/v1{path}", first.Header("Location"));
        Assert.InRange(double.Parse(second.Header("Flags-Expires-In")!), 1, 120);
    }

    [Fact]
    public async Task Text_plain_is_the_bare_token_and_JSON_stays_the_default()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        string json = $$"""{"features":["{{feature.Name}}"],"reason":"v42"}""", path = $"/holds/{Guid.NewGuid()}";
        Deploys.Reply text = await api.CallAsync("PUT", path, json, headers: ("Accept", "text/plain"));
        Assert.Equal("text/plain", text.Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(text.Header("Flags-Token"), text.Body);
        foreach (string accept in (string[])["*/*", "application/json", "text/plain;q=0.5, application/json", "text/*"])
            Assert.Equal(text.Body, $"{Placed(await api.CallAsync("PUT", path, json, headers: ("Accept", accept))).Token}");
    }

    [Fact]
    public async Task The_server_chooses_an_id_for_a_person_with_curl()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        // With a job inside, so that it is not drained before it is released.
        EnteredLease lease = await api.EnterAsync(feature);
        Deploys.Reply reply = await api.CallAsync("POST", "/holds", $$"""{"features":["{{feature.Name}}"],"reason":"by hand"}""");
        Assert.Equal(HttpStatusCode.Created, reply.Status);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("GET", $"/holds/{Placed(reply).Id}")).Status);
        Assert.Equal("active", (await api.ReleaseAsync(Placed(reply))).Header("Flags-Hold-Was"));
        await api.LeaveAsync(lease);
    }

    [Fact]
    public async Task A_hold_is_extended_released_and_then_over()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold hold = await api.HoldAsync(feature, ""","ttl":"2m","maxDuration":"5m" """);
        Deploys.Reply extended = await api.CallAsync("POST", $"/holds/{hold.Id}/extend", $$"""{"token":{{hold.Token}},"ttl":"30m"}""");
        Assert.InRange(JsonSerializer.Deserialize(extended.Body, FlagsJson.Default.ExtendedHold)!.ExpiresInSeconds, 250, 300);
        Assert.Equal("hold-limit", (await api.CallAsync("POST", $"/holds/{hold.Id}/extend", $$"""{"token":{{hold.Token}}}""")).Slug);
        Assert.Equal(HttpStatusCode.NoContent, (await api.ReleaseAsync(hold)).Status);
        Assert.Equal("released", (await api.ReleaseAsync(hold)).Header("Flags-Hold-Was"));
        Assert.Equal("unknown", (await api.CallAsync("DELETE", $"/holds/{Guid.NewGuid()}")).Header("Flags-Hold-Was"));
        foreach ((string method, string rest, string? json) in ((string, string, string?)[])[("POST", "/extend", $$"""{"token":{{hold.Token}}}"""), ("GET", "/drained?wait=50s", null), ("POST", "/revoke-leases", "{}"), ("POST", "/force-release", """{"reason":"x"}"""), ("PUT", "", $$"""{"features":["{{feature.Name}}"],"reason":"v42"}""")])
            Assert.Equal(("hold-ended", 410, rest), await Refused(method, $"/holds/{hold.Id}{rest}", json, rest));
    }

    [Fact]
    public async Task Nobody_but_who_placed_a_hold_sees_its_token_drains_extends_or_releases_it()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        PlacedHold hold = await api.HoldAsync(feature);
        using HttpClient other = await api.Server.ClientAsync("read hold lease evaluate");
        foreach (string path in (string[])[$"/holds/{hold.Id}", $"/holds?feature={feature.Name}", $"/features/{feature.Name}/check", "/snapshot", "/audit?limit=200"])
            Assert.DoesNotContain($"{hold.Token}", (await api.CallAsync("GET", path, http: other)).Body);
        Assert.DoesNotContain($"{hold.Token}", (await api.CallAsync("POST", $"/features/{feature.Name}/leases", http: other)).Body);
        Assert.Contains($"{hold.Token}", (await api.CallAsync("GET", $"/holds/{hold.Id}")).Body);
        foreach ((string method, string rest, string? json) in ((string, string, string?)[])[("DELETE", "", null), ("GET", "/drained", null), ("POST", "/extend", $$"""{"token":{{hold.Token}}}"""), ("POST", "/revoke-leases", "{}")])
            Assert.Equal(("not-your-hold", 403, rest), await Refused(method, $"/holds/{hold.Id}{rest}", json, rest, other));
        Assert.Equal("id-reused", (await api.CallAsync("PUT", $"/holds/{hold.Id}", $$"""{"features":["{{feature.Name}}"],"reason":"v42"}""", other)).Slug);
        await api.ReleaseAsync(hold);
    }

    [Fact]
    public async Task An_admin_ends_another_keys_hold_with_its_id_and_a_reason_that_the_audit_keeps()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        using HttpClient ci = await api.Server.ClientAsync("hold");
        await api.EnterAsync(feature);
        PlacedHold hold = await api.HoldAsync(feature, http: ci);
        Deploys.Reply forced = await api.CallAsync("POST", $"/holds/{hold.Id}/force-release", """{"reason":"ci died"}""");
        Assert.Equal((HttpStatusCode.NoContent, "active"), (forced.Status, forced.Header("Flags-Hold-Was")));
        Assert.Contains("ci died", (await api.CallAsync("GET", $"/audit?feature={feature.Name}")).Body);
        Assert.Equal("forced", (await api.ReleaseAsync(hold, ci)).Header("Flags-Hold-Was"));
    }

    [Fact]
    public async Task Jobs_that_are_told_to_stop_count_as_inside_until_they_leave()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        EnteredLease lease = await api.EnterAsync(feature);
        PlacedHold hold = await api.HoldAsync(feature);
        Assert.Equal(lease.Id, Assert.Single(hold.Leases).Id);
        Deploys.Reply revoked = await api.CallAsync("POST", $"/holds/{hold.Id}/revoke-leases");
        Assert.Equal((HttpStatusCode.Accepted, """{"revoked":1}"""), (revoked.Status, revoked.Body));
        Problem lost = (await api.CallAsync("POST", $"/leases/{lease.Id}/renew", $$"""{"token":{{lease.Token}}}""")).Problem;
        Assert.Equal(("urn:flags:problem:lease-lost", 410, "revoked"), (lost.Type, lost.Status, lost.Reason));
        Problem draining = (await api.CallAsync("GET", $"/holds/{hold.Id}/drained")).Problem;
        Assert.Equal(("draining", 423, 1), (draining.Reason, draining.Status, draining.InFlight));
        Assert.True(Assert.Single(draining.Leases!).Closing);
        await api.LeaveAsync(lease);
        Deploys.Reply drained = await api.CallAsync("GET", $"/holds/{hold.Id}/drained");
        Assert.Equal((HttpStatusCode.OK, $"{hold.Token}"), (drained.Status, drained.Header("Flags-Token")));
        Assert.Equal(1, JsonSerializer.Deserialize(drained.Body, FlagsJson.Default.DrainedHold)!.Left);
        await api.ReleaseAsync(hold);
    }

    [Fact]
    public async Task Lists_are_pages_newest_first_and_can_be_filtered()
    {
        Feature feature = await api.CreateAsync(enabled: true);
        var placed = new List<PlacedHold>();
        for (int i = 0; i < 5; i++)
            placed.Add(await api.HoldAsync(feature));
        await api.ReleaseAsync(placed[0]);
        var seen = new List<Guid>();
        for (string? path = $"/holds?feature={feature.Name}&limit=2"; path is not null;)
        {
            Deploys.Reply page = await api.CallAsync("GET", path);
            HoldList list = JsonSerializer.Deserialize(page.Body, FlagsJson.Default.HoldList)!;
            Assert.True(list.Holds.Count <= 2);
            seen.AddRange(list.Holds.Select(hold => hold.Id));
            string? link = page.Header("Link");
            Assert.Equal(list.NextCursor is null, link is null);
            path = link?["</api/v1".Length..link.IndexOf('>')];
        }

        Assert.Equal(placed.Select(hold => hold.Id).Reverse(), seen);
        Assert.Equal(4, JsonSerializer.Deserialize((await api.CallAsync("GET", $"/holds?feature={feature.Name}&active=true")).Body, FlagsJson.Default.HoldList)!.Holds.Count);
        Assert.Equal("released", Assert.Single(JsonSerializer.Deserialize((await api.CallAsync("GET", $"/holds?feature={feature.Name}&active=false")).Body, FlagsJson.Default.HoldList)!.Holds).State);
        foreach (string wrong in (string[])["cursor=x", "cursor=1-2", "active=yes", "limit=0", "limit=201", "feature=%00"])
            Assert.Equal(HttpStatusCode.BadRequest, (await api.CallAsync("GET", $"/holds?{wrong}")).Status);
    }

    [Fact]
    public async Task A_key_limited_to_some_names_sees_of_a_hold_only_those()
    {
        Feature mine = await api.CreateAsync(enabled: true, name: api.NewName("mine")), theirs = await api.CreateAsync(enabled: true, name: api.NewName("theirs"));
        using HttpClient limited = await api.Server.ClientAsync("read hold admin", "mine_*");
        Deploys.Reply both = await api.CallAsync("PUT", $"/holds/{Guid.NewGuid()}", $$"""{"features":["{{mine.Name}}","{{theirs.Name}}"],"reason":"v42"}""");
        PlacedHold other = await api.HoldAsync(theirs);
        Assert.DoesNotContain(theirs.Name, (await api.CallAsync("GET", $"/holds/{Placed(both).Id}", http: limited)).Body);
        Deploys.Reply list = await api.CallAsync("GET", "/holds?limit=200", http: limited);
        Assert.Contains($"{Placed(both).Id}", list.Body);
        Assert.DoesNotContain($"{other.Id}", list.Body);
        Assert.DoesNotContain(theirs.Name, list.Body);
        foreach ((string method, string rest, string? json) in ((string, string, string?)[])[("GET", "", null), ("DELETE", "", null), ("GET", "/drained?wait=50s", null), ("POST", "/extend", $$"""{"token":{{other.Token}}}"""), ("POST", "/revoke-leases", "{}"), ("POST", "/force-release", """{"reason":"x"}""")])
        {
            Deploys.Reply refused = await api.CallAsync(method, $"/holds/{other.Id}{rest}", json, limited);
            Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), (refused.Status, refused.Slug));
            Assert.DoesNotContain(theirs.Name, refused.Body);
        }

        string audit = (await api.CallAsync("GET", $"/audit?feature={mine.Name}", http: limited)).Body;
        Assert.Contains($"{Placed(both).Id}", audit);
        Assert.DoesNotContain(theirs.Name, audit);
    }

    private async Task<(string, int, string)> Refused(string method, string path, string? json, string what, HttpClient? http = null)
    {
        Deploys.Reply reply = await api.CallAsync(method, path, json, http);
        return (reply.Slug, (int)reply.Status, what);
    }

    private static PlacedHold Placed(Deploys.Reply reply) => JsonSerializer.Deserialize(reply.Body, FlagsJson.Default.PlacedHold)!;
}
