using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

[Collection(Alone.Name)]
public sealed class KeyReplicaTests(QuietReplicas replicas, ITestOutputHelper output) : IClassFixture<QuietReplicas>
{
    /// <summary>What the contract promises.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task A_key_minted_or_rotated_on_one_replica_works_on_the_other_at_once()
    {
        MintedKey minted = await replicas.First.Server.MintAsync("read");
        Assert.Equal(HttpStatusCode.OK, await AskSecondAsync(minted.Key));
        (HttpStatusCode _, string body) = await replicas.First.SendAsync(HttpMethod.Post, $"/api/v1/keys/{minted.Info.Id}/rotate");
        Assert.Equal(HttpStatusCode.OK, await AskSecondAsync(JsonSerializer.Deserialize(body, FlagsJson.Default.MintedKey)!.Key));
        Assert.Equal(HttpStatusCode.OK, await AskSecondAsync(minted.Key));
    }

    [Fact]
    public async Task A_key_revoked_on_one_replica_is_refused_on_the_other_and_its_stream_ends()
    {
        MintedKey minted = await replicas.First.Server.MintAsync("read evaluate");
        await using EventReader stream = await EventReader.OpenAsync(replicas.Second.Client(minted.Key));
        Assert.Equal("resync", (await stream.NextAsync())?.Name);
        var since = Stopwatch.StartNew();
        Assert.Equal(HttpStatusCode.NoContent, (await replicas.First.SendAsync(HttpMethod.Delete, $"/api/v1/keys/{minted.Info.Id}")).Status);
        await Eventually.TrueAsync(async () => await AskSecondAsync(minted.Key) == HttpStatusCode.Unauthorized, "the other replica refuses the key");
        TimeSpan refused = since.Elapsed;
        await stream.EndsAsync();

        output.WriteLine($"refused after {refused.TotalMilliseconds:0} ms, stream ended after {since.ElapsedMilliseconds} ms (promised: {Promised.TotalMilliseconds:0} ms)");
    }

    [Fact]
    public async Task A_stream_ends_when_its_secret_is_rotated_away_and_not_when_another_key_changes()
    {
        MintedKey kept = await replicas.First.Server.MintAsync("evaluate"), rotated = await replicas.First.Server.MintAsync("evaluate");
        await using EventReader open = await EventReader.OpenAsync(replicas.Second.Client(kept.Key)), ends = await EventReader.OpenAsync(replicas.Second.Client(rotated.Key));
        await replicas.First.SendAsync(HttpMethod.Post, $"/api/v1/keys/{rotated.Info.Id}/rotate", """{"keepOldFor":0}""");
        await ends.EndsAsync();

        Feature feature = await replicas.First.CreateAsync();
        Assert.NotNull(await open.UntilAsync(feature.Name));
    }

    private async Task<HttpStatusCode> AskSecondAsync(string key)
    {
        using HttpClient client = replicas.Second.Client(key);
        using HttpResponseMessage response = await client.GetAsync(new Uri("/api/v1/features?limit=1", UriKind.Relative));
        return response.StatusCode;
    }
}
