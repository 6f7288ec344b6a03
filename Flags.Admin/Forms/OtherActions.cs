namespace Flags.Admin;

/// <summary>Everything that forms do to something else than features.</summary>
public sealed class OtherActions(HoldActions holds, KeyActions keys, WorkerActions workers, ClaimActions claims)
{
    /// <summary>Runs an action; null when there is none of that name.</summary>
    internal async Task<ActionAnswer?> RunAsync(ActionCall call) =>
        await holds.RunAsync(call) ?? await keys.RunAsync(call) ?? await workers.RunAsync(call) ?? await claims.RunAsync(call);
}
