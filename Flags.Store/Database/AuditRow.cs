namespace Flags.Store;

/// <summary>One change, written in the transaction that made it; never updated or deleted (a trigger refuses both).</summary>
internal sealed class AuditRow
{
    public long Id { get; set; }
    public DateTime At { get; set; }
    public string CallerId { get; set; } = "";
    public string CallerName { get; set; } = "";
    public string CallerKind { get; set; } = "";
    public string? Address { get; set; }
    public string? RequestId { get; set; }
    public string What { get; set; } = "";
    public int? FeatureId { get; set; }
    public string Target { get; set; } = "";
    public long? Version { get; set; }
    public string? Reason { get; set; }

    /// <summary>The difference as <c>json</c>, not <c>jsonb</c>: an expression's text must come back as it was.</summary>
    public string Change { get; set; } = "{}";
}
