namespace Flags.Client;

/// <summary>Which holds to list.</summary>
public sealed record HoldQuery
{
    /// <summary>Only holds of this feature; null means any.</summary>
    public string? Feature { get; init; }

    /// <summary>True: only live ones, false: only ended ones; null means both.</summary>
    public bool? Active { get; init; }

    /// <summary>Rows of a page, 1 to 200; null means 50.</summary>
    public int? Limit { get; init; }

    /// <summary>The <see cref="Core.HoldList.NextCursor"/> of the page before; null begins with the newest.</summary>
    public string? Cursor { get; init; }
}
