using System.Text.Json;
using Flags.Core;

namespace Flags.Store;

/// <summary>What became of an import.</summary>
public abstract record ImportResult;

/// <summary>Done, or with a dry run what would be done.</summary>
public sealed record ImportDone(ImportAnswer Answer) : ImportResult;

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
    public async Task<ImportResult> RunAsync(Caller caller, JsonElement body, ImportMode mode, bool dryRun, WriteOptions options, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        IReadOnlyList<ImportedContent> imported = ImportFormats.Read(body, errors);
        foreach (ImportedContent feature in imported.TakeWhile(_ => errors.Count < 20))
        {
            if (FeatureName.Problem(feature.Name) is { } problem)
                errors.Add(new($"features.{feature.Name}", problem));
        }

        foreach (IGrouping<string, ImportedContent> twice in imported.GroupBy(f => f.Name, StringComparer.Ordinal).Where(g => g.Count() > 1).Take(20))
            errors.Add(new($"features.{twice.Key}", "is there twice"));
        if (errors.Count > 0)
            return new ImportRefused(Problems.Invalid("Correct the file and import it again; nothing was imported.", errors));
        if (Refusal(caller, imported, mode, options) is { } refusal)
            return new ImportRefused(refusal);
        return await WriteAsync(caller, imported, mode, dryRun, options, cancellation);
    }

    private async Task<ImportResult> WriteAsync(Caller caller, IReadOnlyList<ImportedContent> imported, ImportMode mode, bool dryRun, WriteOptions options, CancellationToken cancellation)
    {
        var request = new WriteRequest(caller, "import", options)
        {
            Names = [.. imported.Select(f => f.Name).Order(Utf8Order.Instance)],
            MayCreate = true,
            Everything = mode == ImportMode.Replace || imported.Count > 500,
            DryRun = dryRun,
            Decide = (rows, _) => Task.FromResult(new Wanted(Decide(rows, imported, mode))),
        };
        WriteOutcome outcome = await FeatureWriter.RunAsync(database, request, cancellation);
        return outcome.Problem is { } problem ? new ImportRefused(problem) : new ImportDone(Answer(outcome, imported.Count, dryRun));
    }

    private static Dictionary<string, FeatureContent> Decide(IReadOnlyDictionary<string, StoredFeature> rows, IReadOnlyList<ImportedContent> imported, ImportMode mode)
    {
        Dictionary<string, FeatureContent> wanted = imported.ToDictionary(f => f.Name, f => f.Apply(mode == ImportMode.Replace && f.Whole ? FeatureContent.Missing : rows[f.Name].Content), StringComparer.Ordinal);
        if (mode == ImportMode.Replace)
        {
            foreach (string name in rows.Keys.Where(name => !wanted.ContainsKey(name)))
                wanted.Add(name, FeatureContent.Missing);
        }

        return wanted;
    }

    private static Problem? Refusal(Caller caller, IReadOnlyList<ImportedContent> imported, ImportMode mode, WriteOptions options)
    {
        if (!caller.May(Permissions.Admin))
            return Problems.Forbidden(caller, Permissions.Admin);
        if (mode == ImportMode.Replace && caller.Pattern is not null)
            return Problems.OutsidePattern(caller, "*");
        return imported.FirstOrDefault(f => !caller.Sees(f.Name)) is { } hidden ? Problems.OutsidePattern(caller, hidden.Name) : FeatureStore.CheckReason(options.Reason);
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
