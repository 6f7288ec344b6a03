namespace Flags.Store;

/// <summary>The one row that orders all changes. Taken last but audit and NOTIFY, so versions are in commit order.</summary>
internal sealed class CounterRow
{
    public bool Id { get; set; } = true;

    /// <summary>Grows by one with each transaction that changes what anybody can see of features and holds.</summary>
    public long Version { get; set; }

    /// <summary>Grows with each change of keys and people.</summary>
    public long AuthVersion { get; set; }
}

/// <summary>Which history this database continues. Any difference between the row and reality begins a new generation.</summary>
internal sealed class GenerationRow
{
    public bool Id { get; set; } = true;
    public long StartSeconds { get; set; }
    public string SystemIdentifier { get; set; } = "";
    public string Timeline { get; set; } = "";
    public long DatabaseOid { get; set; }
    public long TableOid { get; set; }
    public DateTime? GuardUntil { get; set; }
}
