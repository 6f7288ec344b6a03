using Npgsql;

namespace Flags.Store;

/// <summary>Removes what is over, in batches that are transactions of their own: nobody waits for a sweep, and it waits for nobody.</summary>
public sealed class Sweep(Database database)
{
    internal const int Batch = 1_000;

    /// <summary>So that one replica's tick is not late for its holds; the next sweep goes on.</summary>
    private const int MostBatches = 20;

    private const string Waits = "select flags.sweep()", Ended = "select flags.sweep_ended($1)";

    public async Task RunAsync(CancellationToken cancellation)
    {
        await database.CallAsync(Sql.Command(Waits), _ => true, cancellation);
        for (int batch = 0; batch < MostBatches; batch++)
        {
            if (await BatchAsync(Batch, cancellation) < Batch)
                return;
        }
    }

    /// <returns>The most rows that one table lost.</returns>
    internal Task<int> BatchAsync(int most, CancellationToken cancellation) => database.CallAsync(Sql.Command(Ended, Sql.Of(most)), (NpgsqlDataReader row) => row.GetInt32(0), cancellation);
}
