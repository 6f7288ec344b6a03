using Npgsql;

namespace Flags.Checker;

/// <summary>A restore of data: a new generation, refusals for a while, an admin who waives.</summary>
public sealed class Recovery(Client client, string connectionString, Chance chance)
{
    /// <summary>Of enters, as the design fixes it.</summary>
    private const int EnterGuardSeconds = 120;

    private const string Begin = "select flags.new_generation()";
    private const string Guard = "select extract(epoch from guard_until - clock_timestamp())::float8 from flags.generation";
    private const string Time = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Chance.Wait(chance.Between(300, 600));
            await OnceAsync();
        }
    }

    public async Task OnceAsync()
    {
        // Waiting under the guard proves nothing.
        Event fault = client.Begin(Operation.Fault, Guid.Empty);
        client.Put(fault);
        Event generation = client.Begin(Operation.Generation, Guid.Empty);
        client.Put(generation);
        await AskAsync<long>(Begin);
        // A statement of its own: until the first is committed nobody sees the guard.
        long at = await AskAsync<long>(Time);
        client.Put(generation with { Answered = Clock.Now, Outcome = "done", At = at, ExpiresInSeconds = await AskAsync<double>(Guard), Count = EnterGuardSeconds });
        await Chance.Wait(chance.Between(400, 800));
        while ((await client.WaiveAsync(await AskAsync<long>(Time))).Unheard)
            await Chance.Wait(50);
        client.Put(fault with { Answered = Clock.Now, Outcome = "waived" });
    }

    private async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
