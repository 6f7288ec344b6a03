using Flags.Core;
using Npgsql;

namespace Flags.Store;

/// <summary>Writes features. Each method is one transaction: permission, lock, change, version, audit row and NOTIFY together or not at all.</summary>
public sealed class FeatureStore(Database database)
{
    public Task<WriteResult> CreateAsync(Caller caller, CreateFeature body, WriteOptions options, CancellationToken cancellation)
    {
        string name = FeatureName.Normalize(body.Name);
        if (FeatureRules.Name(name) is { } error)
            return Refuse(Problems.Invalid("Choose a name of 1 to 255 characters.", error));
        return WriteAsync(caller, "create", name, options, mayCreate: true, (before, _) => Task.FromResult<(FeatureContent?, Problem?)>(
            before.Exists ? (null, Problems.Exists(name)) : (FeatureEdits.Create(body), null)), cancellation);
    }

    /// <summary>On for everyone: clears the other gates, keeps the deny lists.</summary>
    public Task<WriteResult> EnableAsync(Caller caller, string name, WriteOptions options, CancellationToken cancellation) =>
        EditAsync(caller, "enable", name, options, before => FeatureEdits.Switch(before, on: true), cancellation);

    /// <summary>Off: clears the other gates, keeps the deny lists.</summary>
    public Task<WriteResult> DisableAsync(Caller caller, string name, WriteOptions options, CancellationToken cancellation) =>
        EditAsync(caller, "disable", name, options, before => FeatureEdits.Switch(before, on: false), cancellation);

    public Task<WriteResult> PatchGatesAsync(Caller caller, string name, GatesPatch patch, WriteOptions options, CancellationToken cancellation)
    {
        bool alone = patch is { Actors: null, Groups: null, DeniedActors: null, DeniedGroups: null }
            && !patch.PercentageOfActors.HasValue && !patch.PercentageOfTime.HasValue && !patch.Expression.HasValue;
        if (patch.Boolean is not null && !alone)
            return Refuse(Problems.Invalid("Send boolean in a request of its own: it clears the other gates.", new FieldError("boolean", "stands alone")));
        return EditAsync(caller, "gates", name, options, before => FeatureEdits.PatchGates(before, patch), cancellation);
    }

    /// <summary>Sets all gates and deny lists at once.</summary>
    public Task<WriteResult> PutGatesAsync(Caller caller, string name, Gates gates, WriteOptions options, CancellationToken cancellation) =>
        EditAsync(caller, "gates", name, options, before => FeatureEdits.PutGates(before, gates), cancellation);

    /// <summary>Description, tags, owner, limit, protection, expiry date.</summary>
    public Task<WriteResult> PatchAsync(Caller caller, string name, FeaturePatch patch, WriteOptions options, CancellationToken cancellation) =>
        EditAsync(caller, "details", name, options, before => FeatureEdits.Patch(before, patch), cancellation);

    /// <summary>The name keeps its row, so history, holds and leases survive and a revert brings the feature back.</summary>
    public Task<WriteResult> DeleteAsync(Caller caller, string name, WriteOptions options, CancellationToken cancellation) =>
        EditAsync(caller, "delete", name, options, _ => FeatureContent.Missing, cancellation);

    /// <summary>Everything that people write comes back as it was right after <paramref name="version"/>, also after a delete.</summary>
    public Task<WriteResult> RevertAsync(Caller caller, string name, long version, WriteOptions options, CancellationToken cancellation) =>
        WriteAsync(caller, "revert", name, options, mayCreate: false, async (before, connection) =>
        {
            if (before.Feature.Version == 0)
                return (null, Problems.NotFound(name));
            FeatureContent? then = await FeatureHistory.ContentAtAsync(connection, before, version, cancellation);
            return then is null ? (null, Problems.NoSuchVersion(name, version)) : (then, null);
        }, cancellation);

    /// <summary>Flipper's routes: whatever they set, a feature that is missing is created first.</summary>
    /// <param name="caller">Who.</param>
    /// <param name="action">The word for history: <c>create</c>, <c>enable</c>, <c>disable</c>, <c>gates</c>.</param>
    /// <param name="name">The feature, as it is: not normalised.</param>
    /// <param name="edit">What becomes of the stored gates; called under the lock, perhaps more than once.</param>
    /// <param name="options">What goes with it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<WriteResult> ApplyAsync(Caller caller, string action, string name, Func<Gates, Gates> edit, WriteOptions options, CancellationToken cancellation) =>
        FeatureRules.Name(name) is { } error
            ? Refuse(Problems.Invalid("Choose a name of 1 to 255 characters.", error))
            : WriteAsync(caller, action, name, options, mayCreate: true, (before, _) => Task.FromResult<(FeatureContent?, Problem?)>(
                (before.Content with { Exists = true, Gates = edit(before.Content.Gates) }, null)), cancellation);

    private Task<WriteResult> EditAsync(Caller caller, string action, string name, WriteOptions options, Func<FeatureContent, FeatureContent> edit, CancellationToken cancellation) =>
        WriteAsync(caller, action, name, options, mayCreate: false, (before, _) => Task.FromResult<(FeatureContent?, Problem?)>(
            before.Exists ? (edit(before.Content), null) : (null, Problems.NotFound(name))), cancellation);

    private async Task<WriteResult> WriteAsync(
        Caller caller, string action, string name, WriteOptions options, bool mayCreate,
        Func<StoredFeature, NpgsqlConnection, Task<(FeatureContent?, Problem?)>> edit, CancellationToken cancellation)
    {
        if (Refusal(caller, name, options) is { } refusal)
            return new Refused(refusal);
        var request = new WriteRequest(caller, action, options)
        {
            Names = [name],
            MayCreate = mayCreate,
            Decide = async (rows, connection) =>
            {
                if (!rows.TryGetValue(name, out StoredFeature? row))
                    return new Wanted(null, Problems.NotFound(name));
                if (options.IfMatch is { } tags && !tags.Any(t => t.Version == row.Feature.Version && (t.Seen ?? row.Seen) == row.Seen))
                    return new Wanted(null, row.Exists ? Problems.Conflict(row.Feature) : Problems.NotFound(name));
                (FeatureContent? after, Problem? problem) = await edit(row, connection);
                return new Wanted(after is null ? null : new Dictionary<string, FeatureContent>(StringComparer.Ordinal) { [name] = after }, problem);
            },
        };
        WriteOutcome outcome = await FeatureWriter.RunAsync(database, request, cancellation);
        if (outcome.Problem is { } problem)
            return new Refused(problem);
        return outcome.Written.Count == 0 ? new Written(outcome.Before[name], null, null) : outcome.Written[0];
    }

    /// <summary>What can be refused without asking the database.</summary>
    internal static Problem? Refusal(Caller caller, string name, WriteOptions options)
    {
        if (!caller.May(Permissions.Write))
            return Problems.Forbidden(caller, Permissions.Write);
        if (!caller.Sees(name))
            return Problems.OutsidePattern(caller, name);
        return CheckReason(options.Reason);
    }

    internal static Problem? CheckReason(string? reason)
    {
        var errors = new List<FieldError>();
        FeatureRules.Text(errors, "reason", reason, Limits.Reason);
        return errors.Count == 0 ? null : Problems.Invalid("Shorten the reason.", errors);
    }

    private static Task<WriteResult> Refuse(Problem problem) => Task.FromResult<WriteResult>(new Refused(problem));
}
