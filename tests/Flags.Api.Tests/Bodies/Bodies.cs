using System.Net;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>A server of its own: nothing but the body at hand can change it.</summary>
public sealed class Bodies : IAsyncLifetime
{
    private readonly Api api = new();

    private string feature = "", open = "", key = "";

    private PlacedHold hold = null!;

    private EnteredLease lease = null!;

    /// <summary>One for each thing that can be done to it, since the others would end it.</summary>
    private GrantedClaim live = null!, done = null!, gone = null!;

    public async ValueTask InitializeAsync()
    {
        await api.InitializeAsync();
        feature = (await api.CreateAsync()).Name;
        Feature leased = await api.CreateAsync(enabled: true);
        open = leased.Name;
        lease = await api.EnterAsync(leased, """{"ttl":"15m"}""");
        (live, done, gone) = (await api.ClaimAsync("live-claim", """{"ttl":"1h"}"""), await api.ClaimAsync("done-claim", """{"ttl":"1h"}"""), await api.ClaimAsync("gone-claim", """{"ttl":"1h"}"""));
        await HoldAsync();
        key = (await api.Server.MintAsync("read")).Info.Id;
    }

    /// <summary>Puts names that exist into a body.</summary>
    public async Task<string> FillAsync(string json)
    {
        await HoldAsync();
        return json.Replace("NAME", feature).Replace("NEW", api.NewName("new"))
            .Replace("HOLDTOKEN", $"{hold.Token}").Replace("LEASEID", $"{lease.Id}").Replace("LEASETOKEN", $"{lease.Token}")
            .Replace("LIVETOKEN", $"{live.Token}").Replace("DONETOKEN", $"{done.Token}").Replace("GONETOKEN", $"{gone.Token}")
            .Replace("VERSION", json.Contains("VERSION", StringComparison.Ordinal) ? (await api.GetAsync(feature)).Version.ToString() : "");
    }

    /// <summary>A live hold, drained, so that no tick moves the counters; another one when a test ended it.</summary>
    private async Task HoldAsync()
    {
        if (hold is not null && await api.Server.SqlAsync<bool>($"select ended_at is null from flags.holds where id = '{hold.Id}'"))
            return;
        hold = await api.HoldAsync(await api.CreateAsync(enabled: true), ""","ttl":"30m" """);
        await DrainedAsync();
    }

    /// <summary>Holds that valid bodies placed would expire at some time, and expiring is written down.</summary>
    private async Task AloneAsync()
    {
        foreach (Guid other in await api.Server.SqlAsync<Guid[]>($"select coalesce(array_agg(id), '{{}}') from flags.holds where ended_at is null and id <> '{hold.Id}'"))
            Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync("DELETE", $"/holds/{other}")).Status);
    }

    private Task DrainedAsync() => Testing.Eventually.TrueAsync(
        () => api.Server.SqlAsync<bool>("select count(*) = count(coalesce(drained_at, ended_at)) from flags.holds"), "every hold is drained");

    public async Task<(HttpStatusCode Status, string Body)> SendAsync(WriteRoute route, byte[] body, string? type = "application/json", string? encoding = null, bool chunked = false)
    {
        string[] parts = route.Name.Split(' ');
        var path = new Uri(api.Server.Address, "/api/v1" + parts[1].Replace("NAME", feature).Replace("OPEN", open).Replace("KEYID", key).Replace("HOLDID", $"{hold.Id}").Replace("LEASEID", $"{lease.Id}").Replace("UUID", $"{Guid.NewGuid()}")
            .Replace("FREEKEY", $"{Guid.NewGuid()}").Replace("LIVECLAIM", live.Key).Replace("DONECLAIM", done.Key).Replace("GONECLAIM", gone.Key));
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), path) { Content = new ByteArrayContent(body) };
        if (type is not null)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        if (encoding is not null)
            request.Content.Headers.ContentEncoding.Add(encoding);
        if (chunked)
            request.Headers.TransferEncodingChunked = true;
        // A large body is refused before it is sent.
        request.Headers.ExpectContinue = body.Length > 100_000;
        using HttpResponseMessage response = await api.Http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        if ((int)response.StatusCode >= 400)
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, text);
    }

    /// <summary>Whatever happens, neither features nor keys, holds, leases, claims, workers nor the audit move.</summary>
    public async Task UnchangedAsync(Func<Task> attack)
    {
        await HoldAsync();
        await AloneAsync();
        await DrainedAsync();
        Feature before = await api.GetAsync(feature);
        long[] counters = await CountersAsync();
        int history = (await api.HistoryAsync(feature)).History.Count;
        await attack();
        Feature after = await api.GetAsync(feature);
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(before.Gates, after.Gates);
        Assert.Equal(history, (await api.HistoryAsync(feature)).History.Count);
        Assert.Equal(counters, await CountersAsync());
    }

    private Task<long[]> CountersAsync() =>
        api.Server.SqlAsync<long[]>("select array[version, auth_version, (select count(*) from flags.audit), (select count(*) from flags.features where not deleted), (select count(*) from auth.keys), (select count(*) from flags.holds), (select count(*) from flags.leases), (select count(*) from flags.holds where ended_at is null), (select count(*) from flags.claims), (select count(*) from flags.workers)] from flags.counter");

    public ValueTask DisposeAsync() => api.DisposeAsync();
}
