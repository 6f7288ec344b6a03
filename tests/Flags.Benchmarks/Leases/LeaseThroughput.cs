using System.Diagnostics;
using System.Globalization;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Flags.Benchmarks;

/// <summary>Enter and leave, again and again, beside floors measured in turns with it.</summary>
internal sealed class LeaseThroughput(TestServer server, string feature, StoredFeature stored) : IAsyncDisposable
{
    private const string Prelude = "select set_config('lock_timeout', '2s', true), set_config('statement_timeout', '5s', true), current_setting('transaction_isolation')";

    private readonly NpgsqlDataSource bare = NpgsqlDataSource.Create(server.ConnectionString + ";Maximum Pool Size=25;No Reset On Close=true");
    private readonly LeaseStore leases = server.Services.GetRequiredService<LeaseStore>();
    private readonly Caller caller = new("bench", "bench", CallerKind.Key, Permissions.Lease);
    private readonly WebApplication empty = ServerBenchmark.Empty();
    private Uri emptyAddress = server.Address;

    public async Task RunAsync(bool quick)
    {
        await empty.StartAsync();
        emptyAddress = new Uri(empty.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await server.SqlAsync<int>("create table public.bench_leases (id uuid primary key, feature_id int not null, token bigint not null, holder text not null, entered_at timestamptz not null, expires_at timestamptz not null); select 1");
        Console.WriteLine("| callers | bare INSERT + DELETE | empty transactions, same locks | store | to bare | to empty | empty endpoint | REST | to bare | to endpoint |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int callers in (int[])[1, 8, 100])
            await RoundsAsync(callers, quick);
    }

    public async ValueTask DisposeAsync()
    {
        await bare.DisposeAsync();
        await empty.DisposeAsync();
    }

    private async Task RoundsAsync(int callers, bool quick)
    {
        TimeSpan length = TimeSpan.FromSeconds(quick ? 0.3 : 1.5);
        Func<Task<double>>[] subjects =
        [
            () => PairsAsync(callers, length, _ => BareAsync), () => PairsAsync(callers, length, _ => LocksAsync), () => PairsAsync(callers, length, _ => StoreAsync),
            () => PairsAsync(callers, length, rest => () => NothingAsync(rest), emptyAddress), () => PairsAsync(callers, length, rest => () => RestAsync(rest)),
        ];
        var rounds = new List<double[]>();
        for (int round = quick ? 2 : 8; round >= 0; round--)
        {
            double[] now = new double[subjects.Length];
            for (int i = 0; i < subjects.Length; i++)
                now[i] = await subjects[i]();
            rounds.Add(now);
        }

        // The first warmed up.
        Print(callers, rounds[1..]);
    }

    /// <returns>Pairs a second.</returns>
    private async Task<double> PairsAsync(int callers, TimeSpan length, Func<RestConnection, Func<Task>> pair, Uri? address = null)
    {
        var watch = Stopwatch.StartNew();
        long[] counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(async _ =>
        {
            using var connection = new RestConnection(address ?? server.Address, TestServer.AdminKey);
            Func<Task> run = pair(connection);
            long count = 0;
            for (; watch.Elapsed < length; count++)
                await run();
            return count;
        }));
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    private async Task BareAsync()
    {
        var id = Guid.NewGuid();
        await using NpgsqlConnection connection = await bare.OpenConnectionAsync();
        await using (var insert = new NpgsqlCommand("insert into public.bench_leases values ($1, 1, 1, 'job', clock_timestamp(), clock_timestamp() + interval '1 minute')", connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = id } } })
            await insert.ExecuteNonQueryAsync();
        await using var delete = new NpgsqlCommand("delete from public.bench_leases where id = $1", connection) { Parameters = { new NpgsqlParameter<Guid> { TypedValue = id } } };
        await delete.ExecuteNonQueryAsync();
    }

    /// <summary>What no enter and leave of this design can be below: their round trips, limits and lock.</summary>
    private async Task LocksAsync()
    {
        for (int i = 0; i < 2; i++)
        {
            await using NpgsqlConnection connection = await bare.OpenConnectionAsync();
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(Prelude), new($"select pg_advisory_xact_lock_shared(1179402567, {stored.Id & 1023})") } };
            await batch.ExecuteNonQueryAsync();
        }
    }

    private async Task StoreAsync()
    {
        var attempt = new EnterAttempt { Id = Guid.NewGuid(), FeatureId = stored.Id, Version = stored.Feature.Version, Open = true, Limited = false, Ttl = TimeSpan.FromMinutes(1), Holder = "job" };
        EnterAnswer entered = await leases.EnterAsync(caller, attempt, CancellationToken.None);
        string was = await leases.LeaveAsync(caller, attempt.Id, entered.Token, CancellationToken.None);
        if (was != "live")
            throw new InvalidOperationException($"{entered.Outcome}, {was}");
    }

    private async Task RestAsync(RestConnection rest)
    {
        var id = Guid.NewGuid();
        string token = await rest.SendAsync(201, "PUT", $"/api/v1/features/{feature}/leases/{id}");
        await rest.SendAsync(204, "DELETE", $"/api/v1/leases/{id}?token={token}");
    }

    private static async Task NothingAsync(RestConnection rest)
    {
        for (int i = 0; i < 2; i++)
            await rest.SendAsync(204, "GET", "/");
    }

    private static void Print(int callers, List<double[]> rounds)
    {
        double Median(Func<double[], double> of) => rounds.Select(of).Order().ElementAt(rounds.Count / 2);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {callers} | {Median(r => r[0]):#,0} | {Median(r => r[1]):#,0} | {Median(r => r[2]):#,0} | {Median(r => r[2] / r[0]):0.00} | {Median(r => r[2] / r[1]):0.00} | {Median(r => r[3]):#,0} | {Median(r => r[4]):#,0} | {Median(r => r[4] / r[0]):0.00} | {Median(r => r[4] / r[3]):0.00} |"));
    }
}
