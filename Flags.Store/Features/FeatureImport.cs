using System.Text.Json;
using Flags.Core;

namespace Flags.Store;

/// <summary>What became of an import.</summary>
public abstract record ImportResult;

/// <summary>Done, or with a dry run what would be done.</summary>
/// <param name="Answer">What changed.</param>
/// <param name="Kept">Held features whose gates the import had empty, as readers of Flipper's API see them during a deploy: they keep theirs.</param>
public sealed record ImportDone(ImportAnswer Answer, IReadOnlyList<string> Kept) : ImportResult;

/// <summary>Nothing was changed.</summary>
public sealed record ImportRefused(Problem Problem) : ImportResult;

/// <summary>How an import treats features that are not in it.</summary>
public enum ImportMode
{
    /// <summary>They stay.</summary>
    Merge,

    /// <summary>They are deleted.</summary>
    Replace,
}

/// <summary>Imports our export or Flipper's: all or nothing, one version.</summary>
public sealed class FeatureImport(Database database)
{
    public Task<ImportResult> RunAsync(Caller caller, JsonElement body, ImportMode mode, bool dryRun, WriteOptions options, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        return RunAsync(new ImportRun(caller, Permissions.Admin, mode, dryRun, options), ImportFormats.Read(body, errors), errors, cancellation);
    }

    /// <summary>Flipper's own import: its export and no other form, which replaces all features; <c>write</c> is enough, as for its other routes.</summary>
    public Task<ImportResult> ReplaceAsync(Caller caller, JsonElement flipper, WriteOptions options, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        return RunAsync(new ImportRun(caller, Permissions.Write, ImportMode.Replace, false, options), ImportFormats.ReadFlipper(flipper, errors), errors, cancellation);
    }

    private sealed record ImportRun(Caller Caller, Permissions Needed, ImportMode Mode, bool DryRun, WriteOptions Options);

    private async Task<ImportResult> RunAsync(ImportRun run, IReadOnlyList<ImportedContent> imported, List<FieldError> errors, CancellationToken cancellation)
    {
        foreach (ImportedContent feature in imported.TakeWhile(_ => errors.Count < 20))
        {
            if (FeatureName.Problem(feature.Name) is { } problem)
                errors.Add(new($"features.{feature.Name}", problem));
        }

        foreach (IGrouping<string, ImportedContent> twice in imported.GroupBy(f => f.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Take(20))
            errors.Add(new($"features.{twice.Key}", "is there twice"));
        if (errors.Count > 0)
            return new ImportRefused(Problems.Invalid("Correct the file and import it again; nothing was imported.", errors));
        return Refusal(run, imported) is { } refusal ? new ImportRefused(refusal) : await WriteAsync(run, imported, cancellation);
    }

    private async Task<ImportResult> WriteAsync(ImportRun run, IReadOnlyList<ImportedContent> imported, CancellationToken cancellation)
    {
        var request = new WriteRequest(run.Caller, "import", run.Options)
        {
            Names = [.. imported.Select(f => f.Name).Order(Utf8Order.Instance)],
            MayCreate = true,
            Everything = run.Mode == ImportMode.Replace || imported.Count > 500,
            DryRun = run.DryRun,
            Decide = (rows, _) => Task.FromResult(new Wanted(Decide(rows, imported, run.Mode))),
        };
        WriteOutcome outcome = await FeatureWriter.RunAsync(database, request, cancellation);
        return outcome.Problem is { } problem ? new ImportRefused(problem)
            : new ImportDone(Answer(outcome, imported.Count, run.DryRun), [.. imported.Where(f => IsHeldView(f, outcome.Before[f.Name])).Select(f => f.Name)]);
    }

    /// <summary>
    /// A program that synchronised during a deploy has the held feature as off, with nothing set: pushing that copy back must not erase it.
    /// </summary>
    private static bool IsHeldView(ImportedContent feature, StoredFeature now) => feature.IsEmpty && now.Exists && now.Holds.Count > 0;

    private static Dictionary<string, FeatureContent> Decide(IReadOnlyDictionary<string, StoredFeature> rows, IReadOnlyList<ImportedContent> imported, ImportMode mode)
    {
        Dictionary<string, FeatureContent> wanted = imported.ToDictionary(f => f.Name, f => IsHeldView(f, rows[f.Name]) ? rows[f.Name].Content
            : f.Apply(mode == ImportMode.Replace && f.Whole ? FeatureContent.Missing : rows[f.Name].Content), StringComparer.Ordinal);
        if (mode == ImportMode.Replace)
        {
            foreach (string name in rows.Keys.Where(name => !wanted.ContainsKey(name)))
                wanted.Add(name, FeatureContent.Missing);
        }

        return wanted;
    }

    private static Problem? Refusal(ImportRun run, IReadOnlyList<ImportedContent> imported)
    {
        Caller caller = run.Caller;
        if (!caller.May(run.Needed))
            return Problems.Forbidden(caller, run.Needed);
        if (run.Mode == ImportMode.Replace && caller.Pattern is not null)
            return Problems.OutsidePattern(caller, "*");
        return imported.FirstOrDefault(f => !caller.Sees(f.Name)) is { } hidden ? Problems.OutsidePattern(caller, hidden.Name) : FeatureStore.CheckReason(run.Options.Reason);
    }

    private static ImportAnswer Answer(WriteOutcome outcome, int count, bool dryRun)
    {
        ImportedFeature[] Those(Func<FeatureChange, bool> which) =>
            [.. outcome.Written.Where(w => which(w.Change!)).Select(w => new ImportedFeature(w.Stored.Feature.Name, w.Change!))];
        ImportedFeature[] created = Those(c => c.Exists is { After: true }), deleted = Those(c => c.Exists is { After: false }), changed = Those(c => c.Exists is null);
        long? version = dryRun || outcome.Written.Count == 0 ? null : outcome.Written[0].Stored.Feature.Version;
        return new ImportAnswer(dryRun, version, created, changed, deleted, count - created.Length - changed.Length);
    }
}
