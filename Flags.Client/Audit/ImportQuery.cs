namespace Flags.Client;

/// <summary>How <see cref="IFlagsApi.ImportAsync"/> works.</summary>
public sealed record ImportQuery
{
    /// <summary>What happens to features that the import does not name; default <see cref="ImportMode.Merge"/>.</summary>
    public ImportMode Mode { get; init; }

    /// <summary>True only answers what would change; default false.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What an import does with features it does not name.</summary>
public enum ImportMode
{
    /// <summary>Leaves them.</summary>
    Merge,

    /// <summary>Deletes them.</summary>
    Replace,
}
