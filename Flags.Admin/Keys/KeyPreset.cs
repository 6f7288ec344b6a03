using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>What most keys are for, with no more than that needs.</summary>
internal sealed record KeyPreset(string Value, string Label, string For, Permissions May)
{
    public const string Custom = "custom";

    public static readonly IReadOnlyList<KeyPreset> All =
    [
        new("deploy", "Deploy pipeline", "Holds features while it deploys, waits for the jobs inside, releases.", Permissions.Evaluate | Permissions.Read | Permissions.Hold),
        new("job", "Job", "Enters before it runs, so that deploys wait for it, and asks which features are on.", Permissions.Evaluate | Permissions.Lease),
        new("worker", "Worker", "A long-running process: enters, claims messages, says when it is ready.", Permissions.Evaluate | Permissions.Lease | Permissions.Claim | Permissions.Worker),
        new("read", "Read only", "Sees features, history, holds and audit; changes nothing.", Permissions.Evaluate | Permissions.Read),
        new(Custom, "Custom", "Choose what it may do.", Permissions.None),
    ];

    public bool IsCustom => Value == Custom;

    public IReadOnlyList<string> Words => PermissionNames.Of(May);

    public static KeyPreset Of(string? value) => All.FirstOrDefault(p => p.Value == value) ?? All[0];
}
