namespace Flags.Client;

/// <summary>A page of a list.</summary>
public sealed record Page
{
    /// <summary>Rows in the page: 1 to 200; null means 50.</summary>
    public int? Limit { get; init; }

    /// <summary><c>NextCursor</c> of the page before; null for the first.</summary>
    public string? Cursor { get; init; }
}
