using System.Net;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

public sealed class KeyRouteTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    [Fact]
    public async Task A_key_is_shown_once_and_the_list_has_neither_secret_nor_hash()
    {
        MintedKey minted = await MintAsync("""{"name":" deploy ","permissions":["hold","read","read"],"pattern":"jobs_*","expiresIn":"7d"}""");
        Assert.Matches("^flg_[0-9a-z]{8}_[0-9A-Za-z]{38}$", minted.Key);
        Assert.Equal(minted.Info.Id, minted.Key.Substring(4, 8));
        Assert.Equal(("deploy", "jobs_*", "setup"), (minted.Info.Name, minted.Info.Pattern, minted.Info.CreatedBy));
        Assert.Equal(["read", "hold"], minted.Info.Permissions);
        Assert.Equal(minted.Info.CreatedAt.AddDays(7), minted.Info.ExpiresAt);
        string list = (await api.SendAsync(HttpMethod.Get, "/api/v1/keys")).Body;
        Assert.Contains($"\"id\":\"{minted.Info.Id}\"", list);
        Assert.DoesNotContain(minted.Key[13..], list);
        // No member of such a name; an id may happen to have these letters.
        Assert.DoesNotMatch("(?i)hash[a-z]*\":", list);
        Assert.DoesNotContain("\"key\":", list);
    }

    [Fact]
    public async Task A_key_never_outlives_the_key_that_minted_it()
    {
        MintedKey maker = await MintAsync("""{"name":"for a week","permissions":["admin"],"expiresIn":"7d"}""");
        using HttpClient client = api.Server.Client(maker.Key);
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/keys", """{"name":"longer","permissions":["read"],"expiresIn":"8d"}""", client);
        Assert.Equal("urn:flags:problem:wider-than-maker", Api.Problem(body, status).Type);
        (_, body) = await api.SendAsync(HttpMethod.Post, "/api/v1/keys", """{"name":"as long","permissions":["read"]}""", client);
        Assert.Equal(maker.Info.ExpiresAt, JsonSerializer.Deserialize(body, FlagsJson.Default.MintedKey)!.Info.ExpiresAt);
    }

    [Fact]
    public async Task Rotation_gives_a_secret_that_works_at_once_and_keeps_the_old_one_for_a_while()
    {
        MintedKey first = await MintAsync();
        await WorksAsync(first.Key, true);
        MintedKey second = await RotateAsync(first.Info.Id, null);
        await WorksAsync(second.Key, true);
        await WorksAsync(first.Key, true);
        Assert.InRange((second.Info.OldSecretUntil!.Value - second.Info.CreatedAt).TotalHours, 23.9, 24.1);
        MintedKey third = await RotateAsync(first.Info.Id, """{"keepOldFor":0}""");
        await WorksAsync(third.Key, true);
        await RefusedSoonAsync(second.Key);
        await RefusedSoonAsync(first.Key);
        MintedKey fourth = await RotateAsync(first.Info.Id, """{"keepOldFor":"1h"}""");
        await WorksAsync(third.Key, true);
        MintedKey fifth = await RotateAsync(first.Info.Id, """{"keepOldFor":"600ms"}""");
        await RefusedSoonAsync(fourth.Key);
        await WorksAsync(fifth.Key, true);
    }

    [Fact]
    public async Task Renaming_shows_in_the_list_and_in_what_the_key_does_from_then_on()
    {
        MintedKey key = await MintAsync("""{"name":"before","permissions":["admin"]}""");
        using HttpClient client = api.Server.Client(key.Key);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Patch, $"/api/v1/keys/{key.Info.Id}", """{"name":"after é"}""")).Status);
        await Eventually.TrueAsync(async () =>
        {
            string name = api.NewName("renamed");
            await api.SendAsync(HttpMethod.Post, "/api/v1/features", $$"""{"name":"{{name}}"}""", client);
            return (await api.HistoryAsync(name)).History[0].Who == new Who(key.Info.Id, "after é", "key");
        }, "the new name is in the history");
    }

    [Fact]
    public async Task A_revoked_key_is_refused_and_stays_so()
    {
        MintedKey key = await MintAsync();
        await WorksAsync(key.Key, true);
        string path = $"/api/v1/keys/{key.Info.Id}";
        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, path)).Status);
        await RefusedSoonAsync(key.Key);
        foreach ((string method, string route, string? json) in ((string, string, string?)[])[("DELETE", "", null), ("PATCH", "", """{"name":"x"}"""), ("POST", "/rotate", null)])
        {
            (HttpStatusCode status, string body) = await api.SendAsync(new HttpMethod(method), path + route, json);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Equal("urn:flags:problem:revoked", Api.Problem(body, status).Type);
        }

        Assert.NotNull((await ListAsync()).Single(k => k.Id == key.Info.Id).RevokedAt);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Delete, "/api/v1/keys/nobodys0")).Status);
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        MintedKey key = await MintAsync("""{"name":"short","permissions":["read"],"expiresIn":"1h"}""");
        await WorksAsync(key.Key, true);
        // It ends by itself, in a moment from now.
        await api.Server.SqlAsync<int>($"""
            with k as (update auth.keys set expires_at = clock_timestamp() + interval '600 milliseconds' where id = '{key.Info.Id}' returning 1),
              c as (update flags.counter set auth_version = auth_version + 1 returning 1)
            select 1 from k, c, pg_notify('flags', '')
            """);
        await RefusedSoonAsync(key.Key);
    }

    [Theory]
    [InlineData("\"jobs_*\"", 201)]
    [InlineData("\"jobs_x*\"", 201)]
    [InlineData("\"jobs_\"", 201)]
    [InlineData("null", 201)]
    [InlineData("\"*\"", 403)]
    [InlineData("\"jobs*\"", 403)]
    [InlineData("\"*jobs_*\"", 403)]
    [InlineData("\"other\"", 403)]
    public async Task A_key_mints_none_wider_than_itself(string pattern, int expected)
    {
        using HttpClient limited = await api.Server.ClientAsync("admin", "jobs_*");
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/keys", $$"""{"name":"child","permissions":["admin"],"pattern":{{pattern}}}""", limited);
        Assert.Equal(expected, (int)status);
        if (pattern == "null")
            Assert.Equal("jobs_*", JsonSerializer.Deserialize(body, FlagsJson.Default.MintedKey)!.Info.Pattern);
        if (status == HttpStatusCode.Forbidden)
            Assert.Contains("jobs_*", Api.Problem(body, status).Detail);
    }

    [Fact]
    public async Task A_limited_key_does_not_touch_a_wider_one()
    {
        MintedKey wide = await MintAsync();
        using HttpClient limited = await api.Server.ClientAsync("admin", "jobs_*");
        foreach ((string method, string route, string? json) in ((string, string, string?)[])[("DELETE", "", null), ("PATCH", "", """{"name":"x"}"""), ("POST", "/rotate", null)])
            Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync(new HttpMethod(method), $"/api/v1/keys/{wide.Info.Id}{route}", json, limited)).Status);
        await WorksAsync(wide.Key, true);
    }

    [Fact]
    public async Task The_last_use_is_written()
    {
        MintedKey key = await MintAsync();
        await WorksAsync(key.Key, true);
        await api.SendAsync(HttpMethod.Get, "/api/v1/features/jobs_processing/usage");
        KeyInfo info = (await ListAsync()).Single(k => k.Id == key.Info.Id);
        Assert.NotNull(info.LastUsedAt);
        Assert.Equal("127.0.0.1", info.LastUsedAddress);
    }

    private async Task WorksAsync(string key, bool expected)
    {
        using HttpClient client = api.Server.Client(key);
        Assert.Equal(expected ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, (await api.SendAsync(HttpMethod.Get, "/api/v1/features?limit=1", http: client)).Status);
    }

    private async Task RefusedSoonAsync(string key)
    {
        using HttpClient client = api.Server.Client(key);
        await Eventually.TrueAsync(async () => (await api.SendAsync(HttpMethod.Get, "/api/v1/features?limit=1", http: client)).Status == HttpStatusCode.Unauthorized, "the key is refused");
    }

    private async Task<IReadOnlyList<KeyInfo>> ListAsync() => JsonSerializer.Deserialize((await api.SendAsync(HttpMethod.Get, "/api/v1/keys")).Body, FlagsJson.Default.KeyList)!.Keys;

    private async Task<MintedKey> MintAsync(string json = """{"name":"x","permissions":["read"]}""")
    {
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/keys", json);
        Assert.True(status == HttpStatusCode.Created, body);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.MintedKey)!;
    }

    private async Task<MintedKey> RotateAsync(string id, string? json)
    {
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, $"/api/v1/keys/{id}/rotate", json);
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.MintedKey)!;
    }
}
