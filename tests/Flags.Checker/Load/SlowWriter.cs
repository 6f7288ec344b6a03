using Npgsql;

namespace Flags.Checker;

/// <summary>Somebody who holds a feature's slot for long, as a large import or a slow disk would: calls wait across expiries.</summary>
public sealed class SlowWriter(string connectionString, int featureId, Chance chance)
{
    public async Task RunAsync(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            await using (NpgsqlTransaction transaction = await connection.BeginTransactionAsync(CancellationToken.None))
            {
                await using var command = new NpgsqlCommand("select flags.lock_features(array[$1])", connection, transaction) { Parameters = { new() { Value = featureId } } };
                await command.ExecuteNonQueryAsync(CancellationToken.None);
                await Chance.Wait(chance.Between(20, 60));
                await transaction.CommitAsync(CancellationToken.None);
            }

            await Chance.Wait(chance.Between(20, 80));
        }
    }
}
