using Flags.Core;

namespace Flags.Store;

/// <summary>What kind of caller acts.</summary>
public enum CallerKind
{
    /// <summary>An API key.</summary>
    Key,

    /// <summary>A person signed in to the pages.</summary>
    Person,

    /// <summary>The server itself.</summary>
    Server,
}

/// <summary>Who asks. Endpoints and pages authenticate; the store checks <see cref="Permissions"/> and <see cref="Pattern"/>.</summary>
public sealed record Caller(string Id, string Name, CallerKind Kind, Permissions Permissions)
{
    public string? Pattern { get; init; }
    public string? RequestId { get; init; }
    public string? Address { get; init; }

    public static Caller Server { get; } = new("server", "server", CallerKind.Server, Permissions.Admin);

    public bool May(Permissions permission) => (Permissions & (permission | Permissions.Admin)) != 0;

    public bool Sees(string feature) => Pattern is null || NamePattern.Matches(Pattern, feature);

    internal string KindName => Kind switch
    {
        CallerKind.Key => "key",
        CallerKind.Person => "person",
        CallerKind.Server => "server",
        _ => throw new InvalidOperationException($"No such kind: {Kind}"),
    };
}
