namespace Flags.Client;

/// <summary>What <see cref="IFlagsApi.ListAuditAsync"/> looks for; null members do not narrow.</summary>
public sealed record AuditQuery
{
    /// <summary>The id or name of who did it.</summary>
    public string? Who { get; init; }

    /// <summary>What was done, for example <c>feature.enable</c>.</summary>
    public string? What { get; init; }

    /// <summary>A feature's name.</summary>
    public string? Feature { get; init; }

    /// <summary>Not earlier than this.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Earlier than this.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Rows in the page: 1 to 200; null means 50.</summary>
    public int? Limit { get; init; }

    /// <summary><see cref="Core.AuditList.NextCursor"/> of the page before; null for the newest.</summary>
    public string? Cursor { get; init; }
}
