using Flags.Testing;
using Npgsql;

namespace Flags.Checker.Tests;

/// <summary>Why nobody starves a deploy (12), however long the machine stands still meanwhile: a hold queues, and jobs that come later queue behind it.</summary>
public sealed class QueueTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_asks_after_a_hold_does_not_get_in_before_it(bool withoutQueue)
    {
        string database = Patience.Of(await TestServer.CreateDatabaseAsync());
        if (withoutQueue)
            await Mutants.Named("starved-hold").ApplyAsync(database);
        int feature = await CreateAsync(database);
        // Straight to the functions: the store's own calls give up a lock after two seconds and queue anew.
        await using NpgsqlConnection entering = await OpenAsync(database), deploy = await OpenAsync(database), job = await OpenAsync(database);
        await using NpgsqlTransaction inside = await entering.BeginTransactionAsync();
        await AskAsync(entering, $"select 'locked' from flags.lock_features_shared(array[{feature}])");

        Task<string> place = AskAsync(deploy, $"select outcome from flags.place_hold('{Guid.NewGuid()}', array[{feature}], 'ci', 'v42', null, 60, 7200, false, 'k2', 'ci', 'key', null, null)");
        await IsWaitingAsync(database, deploy, place);
        Task<string> enter = AskAsync(job, $"select outcome from flags.enter('{Guid.NewGuid()}', {feature}, (select version from flags.features where id = {feature}), true, false, 60, 'job', null, null, false, false, 'k')");
        if (withoutQueue)
            Assert.Equal("entered", await enter);
        else
            await IsWaitingAsync(database, job, enter);
        await inside.CommitAsync();

        Assert.Equal("placed", await place);
        Assert.Equal(withoutQueue, await enter == "entered");
    }

    private static async Task<int> CreateAsync(string database)
    {
        await using StoreDoor door = await StoreDoor.OpenAsync(database, TimeSpan.FromMinutes(1));
        await door.CreateAsync("queue", null);
        return door.IdOf("queue");
    }

    /// <summary>In the queue of a lock, or asleep between two tries for it.</summary>
    private static async Task IsWaitingAsync(string database, NpgsqlConnection who, Task call)
    {
        await using NpgsqlConnection watching = await OpenAsync(database);
        string waits = $"select (count(*) > 0)::text from pg_stat_activity where pid = {who.ProcessID} and (wait_event_type = 'Lock' or wait_event = 'PgSleep')";
        await Eventually.TrueAsync(async () => call.IsCompleted || await AskAsync(watching, waits) == "true", "it waits");
        Assert.False(call.IsCompleted, "it did not wait");
    }

    private static async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<string> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return $"{await command.ExecuteScalarAsync()}";
    }
}
