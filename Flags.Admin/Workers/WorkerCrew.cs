using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>The workers of a role that can stand in for each other, by version: what one watches while a new version takes over.</summary>
public sealed record WorkerCrew(string Role, IReadOnlyList<CrewVersion> Versions)
{
    /// <summary>How many take jobs now.</summary>
    public int Ready => Versions.Sum(v => v.Ready);

    public int All => Versions.Sum(v => v.All);

    /// <summary>Roles by name, versions from the oldest to the newest; who stopped is part of no crew.</summary>
    public static IReadOnlyList<WorkerCrew> Of(IEnumerable<WorkerInfo> workers) =>
        [.. workers.Where(w => w.State != "stopped").GroupBy(w => w.Role).OrderBy(role => role.Key, StringComparer.Ordinal).Select(role => new WorkerCrew(role.Key, Versioned(role)))];

    private static CrewVersion[] Versioned(IEnumerable<WorkerInfo> crew) =>
        [.. crew.GroupBy(w => w.Version).OrderBy(version => version.Min(w => w.StartedAt)).Select(version => new CrewVersion(version.Key, [.. version]))];
}

/// <summary>The workers of a role that are of one version.</summary>
public sealed record CrewVersion(string Version, IReadOnlyList<WorkerInfo> Workers)
{
    public int Ready => Workers.Count(WorkerRules.IsReady);

    public int All => Workers.Count;

    /// <summary>Those who take no jobs: <c>1 starting · 2 quiet</c>.</summary>
    public string Others => string.Join(" · ", WorkerWords.Counts(Workers).Where(k => k.Kind != "ready").Select(k => $"{k.Count:N0} {k.Kind}"));
}
