using Flags.Testing;

namespace Flags.Benchmarks;

/// <summary>Deploys that die right after they placed their hold: when does the job that waits get in, by the database's clock?</summary>
internal sealed class DeadDeploys(TestServer server)
{
    private const int Features = 100;

    public async Task RunAsync(bool quick)
    {
        RestConnection[] connections = [.. Enumerable.Range(0, Features).Select(_ => new RestConnection(server.Address, TestServer.AdminKey))];
        for (int i = 0; i < Features; i++)
            await connections[i].SendAsync("POST", "/api/v1/features", $$"""{"name":"dead_{{i}}","enabled":true}""");
        for (int round = quick ? 1 : 10; round > 0; round--)
            await Task.WhenAll(connections.Select(DieAsync));
        // Each hold has one lease after it on its feature, the first that entered.
        double[] late = await server.SqlAsync<double[]>("""
            select array_agg(1000 * extract(epoch from (select min(l.entered_at) from flags.leases l where l.feature_id = x.feature_id and l.token > h.token) - h.expires_at)::float8)
            from flags.holds h join flags.hold_features x on x.hold_id = h.id where h.reason = 'dead'
            """);
        var times = new Times();
        Array.ForEach(late, times.Add);
        times.Print($"dead deploy's hold over → job inside, {Features} at a time", "0 to 1,000");
        Console.WriteLine();
        Console.WriteLine($"Jobs that entered before the end: {late.Count(time => time < 0)} of {late.Length}.");
        Array.ForEach(connections, connection => connection.Dispose());
    }

    private static async Task DieAsync(RestConnection rest, int number)
    {
        await Task.Delay(Random.Shared.Next(1_000));
        await rest.SendAsync(201, "POST", "/api/v1/holds", $$"""{"features":["dead_{{number}}"],"reason":"dead","ttl":"1s"}""");
        var id = Guid.NewGuid();
        string token = await rest.SendAsync(201, "PUT", $"/api/v1/features/dead_{number}/leases/{id}?wait=50s");
        await rest.SendAsync(204, "DELETE", $"/api/v1/leases/{id}?token={token}");
    }
}
