using System.Diagnostics;
using System.Globalization;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Flags.Benchmarks;

/// <summary>Claims beside the least that any database could do for them: one upsert of the same key that says whether it won.</summary>
internal sealed class ClaimThroughput(TestServer server) : IAsyncDisposable
{
    private const string Upsert = """
        insert into public.bench_claims as c (key, owner, expires_at) values ($1, $2, clock_timestamp() + interval '30 seconds')
        on conflict (key) do update set owner = excluded.owner, expires_at = excluded.expires_at where c.expires_at <= clock_timestamp() returning owner
        """;

    private readonly NpgsqlDataSource bare = NpgsqlDataSource.Create(server.ConnectionString + ";Maximum Pool Size=25;No Reset On Close=true");
    private readonly ClaimStore claims = server.Services.GetRequiredService<ClaimStore>();
    private readonly Caller caller = new("bench", "bench", CallerKind.Key, Permissions.Claim);

    public async Task RunAsync(bool quick)
    {
        await server.SqlAsync<int>("create table public.bench_claims (key text primary key, owner text not null, expires_at timestamptz not null); select 1");
        Console.WriteLine("| callers | bare upsert | store | to bare (aim 0.8) | REST | to bare |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|");
        foreach (int callers in (int[])[1, 8, 100])
            await RoundsAsync(callers, quick);
    }

    public ValueTask DisposeAsync() => bare.DisposeAsync();

    private async Task RoundsAsync(int callers, bool quick)
    {
        TimeSpan length = TimeSpan.FromSeconds(quick ? 0.3 : 1.5);
        var rounds = new List<double[]>();
        for (int round = quick ? 2 : 8; round >= 0; round--)
            rounds.Add([await ClaimsAsync(callers, length, _ => BareAsync()), await ClaimsAsync(callers, length, _ => StoreAsync()), await ClaimsAsync(callers, length, RestAsync)]);
        // The first warmed up.
        rounds.RemoveAt(0);
        double Median(Func<double[], double> of) => rounds.Select(of).Order().ElementAt(rounds.Count / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {callers} | {Median(r => r[0]):#,0} | {Median(r => r[1]):#,0} | {Median(r => r[1] / r[0]):0.00} | {Median(r => r[2]):#,0} | {Median(r => r[2] / r[0]):0.00} |"));
    }

    /// <returns>Claims a second.</returns>
    private async Task<double> ClaimsAsync(int callers, TimeSpan length, Func<RestConnection, Task> claim)
    {
        var watch = Stopwatch.StartNew();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            using var connection = new RestConnection(server.Address, TestServer.AdminKey);
            long count = 0;
            for (; watch.Elapsed < length; count++)
                await claim(connection);
            return count;
        }));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private async Task BareAsync()
    {
        await using NpgsqlConnection connection = await bare.OpenConnectionAsync();
        await using var upsert = new NpgsqlCommand(Upsert, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = NewKey() }, new NpgsqlParameter<string> { TypedValue = NewKey() } } };
        if (await upsert.ExecuteScalarAsync() is null)
            throw new InvalidOperationException("A new key was taken.");
    }

    private async Task StoreAsync()
    {
        var attempt = new ClaimAttempt { Key = NewKey(), Owner = NewKey(), Ttl = TimeSpan.FromSeconds(30), Keep = TimeSpan.FromHours(24) };
        if ((await claims.ClaimAsync(caller, attempt, CancellationToken.None)).Outcome != ClaimOutcome.Claimed)
            throw new InvalidOperationException("A new key was taken.");
    }

    private static Task RestAsync(RestConnection rest) => rest.SendAsync(201, "PUT", $"/api/v1/claims/{NewKey()}");

    private static string NewKey() => Guid.NewGuid().ToString();
}
