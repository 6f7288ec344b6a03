namespace Flags.Store;

/// <summary>How often a feature was asked; written in batches, so it is about 10 s behind.</summary>
internal sealed class UsageRow
{
    public int FeatureId { get; set; }
    public long CountOn { get; set; }
    public long CountOff { get; set; }
    public DateTime LastAt { get; set; }
    public string? LastBy { get; set; }
}
