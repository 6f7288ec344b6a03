using System.Diagnostics;
using Flags.Testing;

namespace Flags.Benchmarks;

/// <summary>A singleton handed from one version to the next: how long is nobody inside, and how late does the successor know?</summary>
internal sealed class TakeoverGap(TestServer server)
{
    private const string Feature = "singleton", Leases = $"/api/v1/features/{Feature}/leases";

    public async Task RunAsync(bool quick)
    {
        using RestConnection old = new(server.Address, TestServer.AdminKey), next = new(server.Address, TestServer.AdminKey);
        await old.SendAsync("POST", "/api/v1/features", $$"""{"name":"{{Feature}}","enabled":true,"limit":1}""");
        var told = new Times();
        Guid id = Guid.NewGuid();
        string token = await old.SendAsync(201, "PUT", $"{Leases}/{id}", """{"ttl":"5m"}""");
        for (int round = quick ? 10 : 200; round > 0; round--)
        {
            var successor = Guid.NewGuid();
            Task<(string Token, long At)> waiting = EnterAsync(next, successor);
            await Eventually.TrueAsync(() => server.SqlAsync<bool>($"select exists (select from flags.takeovers where lease_id = '{successor}')"), "the successor asks");
            long left = Stopwatch.GetTimestamp();
            await old.SendAsync(204, "DELETE", $"/api/v1/leases/{id}?token={token}");
            (token, long at) = await waiting;
            told.Add(Stopwatch.GetElapsedTime(left, at).TotalMilliseconds);
            id = successor;
        }

        double[] empty = await server.SqlAsync<double[]>($"""
            select array_agg(1000 * extract(epoch from (select min(n.entered_at) from flags.leases n where n.feature_id = l.feature_id and n.token > l.token) - l.ended_at)::float8)
            from flags.leases l join flags.features f on f.id = l.feature_id where f.name = '{Feature}' and l.ended_at is not null
            """);
        var gaps = new Times();
        Array.ForEach(empty, gaps.Add);
        Console.WriteLine("| takeover, ms | times | median | p99 | longest | aim |");
        Console.WriteLine("|---|---:|---:|---:|---:|---|");
        gaps.Print("nobody inside, by the database's clock", "0");
        told.Print("leave sent → successor told", "below 50");
    }

    private static async Task<(string Token, long At)> EnterAsync(RestConnection rest, Guid id)
    {
        string token = await rest.SendAsync(201, "PUT", $"{Leases}/{id}?wait=50s", """{"ttl":"5m","takeover":true}""");
        return (token, Stopwatch.GetTimestamp());
    }
}
