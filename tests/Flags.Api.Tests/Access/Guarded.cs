using Flags.Core;
using Flags.Store;

namespace Flags.Api.Tests;

/// <summary>A server of its own, so that nothing but the test at hand can move its counters, and a key of each kind.</summary>
public sealed class Guarded : IAsyncLifetime
{
    public Api Api { get; } = new();

    /// <summary>No key.</summary>
    public HttpClient Nobody { get; private set; } = null!;

    /// <summary>May everything.</summary>
    public MintedKey All { get; private set; } = null!;

    /// <summary>Was good once.</summary>
    public string Revoked { get; private set; } = "";

    /// <summary>May everything, with features named <c>elsewhere_*</c>.</summary>
    public HttpClient Elsewhere { get; private set; } = null!;

    /// <summary>For each permission a key that lacks it and <c>admin</c>, and has all others.</summary>
    public Dictionary<string, HttpClient> Without { get; } = [];

    /// <summary>For each permission a key that has no other.</summary>
    public Dictionary<string, HttpClient> Only { get; } = [];

    /// <summary>A live hold that the key which may only hold has placed: what one key placed another neither extends nor ends.</summary>
    public string OwnHold { get; } = Guid.NewGuid().ToString();

    public async ValueTask InitializeAsync()
    {
        await Api.InitializeAsync();
        Nobody = Api.Server.Client(null);
        await Api.CreateAsync(enabled: true, name: Route.Feature);
        All = await Api.Server.MintAsync("admin");
        Assert.Equal(System.Net.HttpStatusCode.Created, (await Api.SendAsync(HttpMethod.Put, $"/api/v1/holds/{Route.Hold}", $$"""{"features":["{{Route.Feature}}"],"reason":"a deploy","ttl":"30m"}""")).Status);
        MintedKey revoked = await Api.Server.MintAsync("admin");
        using HttpResponseMessage response = await Api.Http.DeleteAsync($"/api/v1/keys/{revoked.Info.Id}");
        Revoked = revoked.Key;
        Elsewhere = await Api.Server.ClientAsync("admin", "elsewhere_*");
        foreach (string word in PermissionNames.Words)
        {
            Without[word] = await Api.Server.ClientAsync(string.Join(' ', PermissionNames.Words.Where(w => w != word && w != "admin")));
            Only[word] = await Api.Server.ClientAsync(word);
        }

        Assert.Equal(System.Net.HttpStatusCode.Created, (await Api.SendAsync(HttpMethod.Put, $"/api/v1/holds/{OwnHold}", $$"""{"features":["{{Route.Feature}}"],"reason":"another deploy","ttl":"30m"}""", Only["hold"])).Status);
        await DrainedAsync();
    }

    /// <summary>Version, version of keys and people, and how many audit rows, checks, holds, leases, claims and workers there are.</summary>
    public async Task<long[]> CountersAsync()
    {
        // Checks are counted in memory first; whoever asks for usage has them written.
        using (HttpResponseMessage usage = await Api.Http.GetAsync($"/api/v1/features/{Route.Feature}/usage"))
            usage.EnsureSuccessStatusCode();
        return await Api.Server.SqlAsync<long[]>("""
            select array[version, auth_version, (select count(*) from flags.audit), (select coalesce(sum(count_on + count_off), 0)::bigint from flags.usage where feature_id > 1),
              (select count(*) from flags.holds), (select count(*) from flags.holds where ended_at is null), (select count(*) from flags.leases),
              (select count(*) from flags.claims), (select count(*) from flags.workers)] from flags.counter
            """);
    }

    /// <summary>So that no tick moves the counters of a test.</summary>
    public Task DrainedAsync() => Testing.Eventually.TrueAsync(
        () => Api.Server.SqlAsync<bool>("select count(*) = count(coalesce(drained_at, ended_at)) from flags.holds"), "every hold is drained");

    public ValueTask DisposeAsync() => Api.DisposeAsync();
}
