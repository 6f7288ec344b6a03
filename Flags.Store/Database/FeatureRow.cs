namespace Flags.Store;

/// <summary>A feature's row. A deleted feature keeps it: holds, leases and history belong to the name.</summary>
internal sealed class FeatureRow
{
    public int Id { get; set; }
    public string Name { get; set; } = "";
    public string Description { get; set; } = "";
    public string[] Tags { get; set; } = [];
    public string? Owner { get; set; }
    public int? LeaseLimit { get; set; }
    public bool Protected { get; set; }
    public DateTime? ExpiresAt { get; set; }

    public bool Boolean { get; set; }
    public string? Expression { get; set; }
    public string[] Actors { get; set; } = [];
    public string? PercentageOfActors { get; set; }
    public string? PercentageOfTime { get; set; }
    public string[] Groups { get; set; } = [];
    public string[] DeniedActors { get; set; } = [];
    public string[] DeniedGroups { get; set; } = [];

    public bool Deleted { get; set; } = true;
    public long Version { get; set; }
    public long Seen { get; set; }
    public DateTime CreatedAt { get; set; }
    public DateTime UpdatedAt { get; set; }
    public string UpdatedBy { get; set; } = "";
}
