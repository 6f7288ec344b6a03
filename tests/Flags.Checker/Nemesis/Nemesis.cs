using Flags.Testing;
using Npgsql;

namespace Flags.Checker;

/// <summary>Breaks one thing after the other, and writes down when it was broken and when it was mended.</summary>
public sealed class Nemesis(string connectionString, Client client, Chance chance, IReadOnlyList<Replica> replicas, JobProcesses jobs, Recovery recovery)
{
    private const string Terminate = "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name like 'flags%' and pid % 2 = $1";

    /// <summary>Until queues and retries are through.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);

    public async Task RunAsync(CancellationToken stop)
    {
        Func<Task>[] works = [KillJobsAsync, CrashAsync, PauseJobsAsync, KillReplicaAsync, recovery.OnceAsync, TerminateAsync];
        for (int turn = 0; !stop.IsCancellationRequested; turn++)
        {
            await Chance.Wait(chance.Between(700, 2_500));
            // Each once, then by chance: a short run meets them all.
            await works[turn < works.Length ? turn : (int)chance.Between(0, works.Length)]();
        }
    }

    private Task KillJobsAsync() => jobs.KillOneAsync(chance);

    private async Task PauseJobsAsync()
    {
        Event fault = Begin(Operation.Fault);
        ChildProcess paused = jobs.One(chance);
        paused.Signal(ChildProcess.Stop);
        await Chance.Wait(chance.Between(300, 4_000));
        paused.Signal(ChildProcess.Continue);
        await EndAsync(fault, "pause");
    }

    private async Task TerminateAsync()
    {
        Event fault = Begin(Operation.Fault);
        await RunAsync(Terminate, (int)chance.Between(0, 2));
        await EndAsync(fault, "terminate");
    }

    private async Task KillReplicaAsync()
    {
        Event fault = Begin(Operation.Fault);
        Replica replica = replicas[(int)chance.Between(0, replicas.Count)];
        await replica.CrashAsync();
        await replica.ReadyAsync();
        await EndAsync(fault, "kill replica");
    }

    /// <summary>One backend killed is a crash of the whole server: it recovers from its log.</summary>
    private async Task CrashAsync()
    {
        await using NpgsqlConnection victim = await OpenAsync(), witness = await OpenAsync();
        Event fault = Begin(Operation.Crash);
        ChildProcess.Send(victim.ProcessID, ChildProcess.Kill);
        // All end with the one, and nobody gets in before it has recovered: until then the replicas may still talk to the old ones.
        await Eventually.TrueAsync(async () => !await AnswersAsync(witness), "the database has crashed");
        await Eventually.TrueAsync(IsUpAsync, "the database has recovered");
        foreach (Replica replica in replicas)
            await replica.ReadyAsync();
        await EndAsync(fault, "crash");
    }

    private Event Begin(Operation operation)
    {
        Event fault = client.Begin(operation, Guid.Empty);
        client.Put(fault);
        return fault;
    }

    private async Task EndAsync(Event fault, string what)
    {
        await Task.Delay(Settling);
        client.Put(fault with { Answered = Clock.Now, Outcome = what });
    }

    private async Task RunAsync(string sql, int parameter)
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = parameter } } };
        await command.ExecuteNonQueryAsync();
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private async Task<bool> IsUpAsync()
    {
        try
        {
            await using NpgsqlConnection connection = await OpenAsync();
            return await AnswersAsync(connection);
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task<bool> AnswersAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
