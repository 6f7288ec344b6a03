namespace Flags.Api;

/// <summary>The routes of OFREP.</summary>
internal enum OfrepRoute
{
    Unknown,
    Malformed,
    Single,
    Bulk,
    Stream,
}

/// <summary>What a request is about, read from the raw target.</summary>
/// <param name="Route">The route.</param>
/// <param name="Key">The feature's name, decoded once (<c>+</c> stays); as it was sent when it cannot be decoded.</param>
/// <param name="Query">The raw query.</param>
internal sealed record OfrepTarget(OfrepRoute Route, string Key, string Query)
{
    public const string Stream = "/ofrep/v1/stream";

    private const string Mount = "/ofrep", Flags = "/v1/evaluate/flags", StreamBelow = "/v1/stream";

    public static bool Is(HttpContext context) => RawTarget.Of(context).IsUnder(Mount, out _);

    /// <summary>Null when the request is for somebody else.</summary>
    public static OfrepTarget? Read(HttpContext context)
    {
        RawTarget target = RawTarget.Of(context);
        if (!target.IsUnder(Mount, out string path))
            return null;
        if (path is Flags or Flags + "/")
            return new OfrepTarget(OfrepRoute.Bulk, "", target.Query);
        if (path == StreamBelow)
            return new OfrepTarget(OfrepRoute.Stream, "", target.Query);
        if (!path.StartsWith(Flags + "/", StringComparison.Ordinal))
            return new OfrepTarget(OfrepRoute.Unknown, "", target.Query);
        string raw = path[(Flags.Length + 1)..];
        return RawName.TryDecode(raw, out string? key) ? new OfrepTarget(OfrepRoute.Single, key, target.Query) : new OfrepTarget(OfrepRoute.Malformed, raw, target.Query);
    }

    public string Method => Route == OfrepRoute.Stream ? "GET" : "POST";
}
