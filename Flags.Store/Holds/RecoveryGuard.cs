namespace Flags.Store;

/// <summary>The guard after a fail-over or restore, which may have forgotten leases and holds: who knows better may end it.</summary>
public sealed class RecoveryGuard(Database database)
{
    private const string Waive = "select flags.waive_guard($1, $2, $3, $4, $5, $6)";

    /// <summary>Ends the guard, with an audit row.</summary>
    /// <returns>How many seconds it would have lasted; null when there was none, and then nothing is written.</returns>
    public Task<double?> WaiveAsync(Caller caller, string? reason, CancellationToken cancellation) => database.CallAsync(
        Sql.Command(Waive, Sql.Of(caller.Id), Sql.Of(caller.Name), Sql.Of(caller.KindName), Sql.Of(caller.Address), Sql.Of(caller.RequestId), Sql.Of(reason)),
        row => row.IsDBNull(0) ? (double?)null : row.GetDouble(0), cancellation);
}
