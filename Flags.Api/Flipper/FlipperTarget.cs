namespace Flags.Api;

/// <summary>The routes of Flipper's API.</summary>
internal enum FlipperRoute
{
    Unknown,
    Malformed,
    List,
    Feature,
    Gate,
    Clear,
    Actor,
    Import,
    Telemetry,
}

/// <summary>
/// What a request is about, read from the raw target: <c>/features/x%2Fboolean</c> is the feature <c>x/boolean</c>, <c>/features/x/boolean</c> a gate of <c>x</c>.
/// </summary>
/// <param name="Route">The route.</param>
/// <param name="Name">The feature's name or the actor's id, decoded once; empty where there is none.</param>
/// <param name="Gate">The gate's word, as <c>percentage_of_time</c>.</param>
/// <param name="Query">The raw query.</param>
internal sealed record FlipperTarget(FlipperRoute Route, string Name, string Gate, string Query)
{
    public const string Mount = "/flipper", CloudMount = "/adapter";

    private const string Features = "/features", Actors = "/actors/", ClearWord = "clear";

    private static readonly string[] Gates = ["expression", "percentage_of_time", "percentage_of_actors", "actors", "groups", "deny_actors", "deny_groups", "boolean"];

    /// <summary>Whether the request is for Flipper's API, by the path as it was sent.</summary>
    public static bool Is(HttpContext context) => RawTarget.Of(context) is var target && (target.IsUnder(Mount, out _) || target.IsUnder(CloudMount, out _));

    /// <summary>Null when the request is for somebody else.</summary>
    public static FlipperTarget? Read(HttpContext context)
    {
        RawTarget target = RawTarget.Of(context);
        if (target.IsUnder(Mount, out string path))
            return Parse(path, target.Query);
        if (!target.IsUnder(CloudMount, out path))
            return null;
        // The Cloud client appends its own mount to the address when it pushes.
        if (path.StartsWith(CloudMount + "/import", StringComparison.Ordinal))
            path = path[CloudMount.Length..];
        return path == "/telemetry" ? new FlipperTarget(FlipperRoute.Telemetry, "", "", target.Query) : Parse(path, target.Query);
    }

    private static FlipperTarget Parse(string path, string query)
    {
        if (path == Features)
            return new FlipperTarget(FlipperRoute.List, "", "", query);
        if (path is "/import" or "/import/")
            return new FlipperTarget(FlipperRoute.Import, "", "", query);
        if (path.StartsWith(Actors, StringComparison.Ordinal))
            return Named(FlipperRoute.Actor, RawName.TryDecode(path[Actors.Length..], out string? id) ? id : null, "", query);
        if (!path.StartsWith(Features + "/", StringComparison.Ordinal))
            return new FlipperTarget(FlipperRoute.Unknown, "", "", query);
        string rest = path[(Features.Length + 1)..];
        return ReadGate(rest, query) ?? Named(FlipperRoute.Feature, DecodeName(rest), "", query);
    }

    /// <summary>NAME/WORD, the name greedy and perhaps empty, with one more slash at the end.</summary>
    private static FlipperTarget? ReadGate(string rest, string query)
    {
        string trimmed = rest.EndsWith('/') ? rest[..^1] : rest;
        int slash = trimmed.LastIndexOf('/');
        string word = slash < 0 ? "" : trimmed[(slash + 1)..];
        if (word == ClearWord)
            return Named(FlipperRoute.Clear, DecodeName(trimmed[..slash]), "", query);
        return Gates.Contains(word) ? Named(FlipperRoute.Gate, DecodeName(trimmed[..slash]), word, query) : null;
    }

    private static FlipperTarget Named(FlipperRoute route, string? name, string gate, string query) =>
        name is null ? new FlipperTarget(FlipperRoute.Malformed, "", "", query) : new FlipperTarget(route, name, gate, query);

    private static string? DecodeName(string raw) => RawName.TryDecode(raw.Replace('+', ' '), out string? name) ? name : null;
}
