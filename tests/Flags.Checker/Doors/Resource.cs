using Npgsql;

namespace Flags.Checker;

/// <summary>What jobs and deploys work on: rows in the same database, written in transactions that assert the job's lease.</summary>
public sealed class Resource(string connectionString)
{
    private const string Create = "create schema checker; create table checker.writes (n bigint generated always as identity, feature text not null, token bigint not null)";
    private const string Assert = "select flags.assert_lease($1, $2)";
    private const string Insert = "insert into checker.writes (feature, token) values ($1, $2) returning n";
    private const string LeaseOver = "FL001";

    public async Task CreateAsync()
    {
        await using NpgsqlConnection connection = await OpenAsync();
        await using var command = new NpgsqlCommand(Create, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Refused when the lease is over.</summary>
    public Task<Event> WriteAsync(Event call, TimeSpan linger, Client client) => RunAsync(call, client, async (connection, transaction) =>
    {
        await using var assert = new NpgsqlCommand(Assert, connection, transaction) { Parameters = { new() { Value = call.Id }, new() { Value = call.Token } } };
        await assert.ExecuteNonQueryAsync();
        call = call with { SurelyFrom = Clock.Now };
        call = call with { Count = await InsertAsync(connection, transaction, call) };
        await Task.Delay(linger);
        return call with { SurelyTo = Clock.Now };
    });

    public Task<Event> PublishAsync(Event call, Client client) => RunAsync(call, client, async (connection, transaction) => call with { Count = await InsertAsync(connection, transaction, call) });

    private async Task<Event> RunAsync(Event call, Client client, Func<NpgsqlConnection, NpgsqlTransaction, Task<Event>> write)
    {
        client.Put(call);
        Event done;
        try
        {
            await using NpgsqlConnection connection = await OpenAsync();
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            done = await write(connection, transaction);
            await transaction.CommitAsync();
            done = done with { Answered = Clock.Now, Outcome = "accepted" };
        }
        catch (PostgresException over) when (over.SqlState == LeaseOver)
        {
            done = call with { Answered = Clock.Now, Outcome = "refused" };
        }
        catch (Exception outage) when (outage is NpgsqlException or TimeoutException)
        {
            done = call with { GaveUp = Clock.Now };
        }

        client.Put(done);
        return done;
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<long> InsertAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, Event call)
    {
        await using var insert = new NpgsqlCommand(Insert, connection, transaction) { Parameters = { new() { Value = call.Features[0] }, new() { Value = call.Token } } };
        return (long)(await insert.ExecuteScalarAsync())!;
    }
}
