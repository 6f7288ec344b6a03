namespace Flags.Core;

/// <summary>The sizes that every API, the pages and import enforce. Beyond one of them the answer is 413 or 422 and states the limit.</summary>
public static class Limits
{
    /// <summary>Actors in one gate, and denied actors in one feature: 10 000.</summary>
    public const int Actors = 10_000;

    /// <summary>Groups in one gate, and denied groups in one feature: 100.</summary>
    public const int Groups = 100;

    /// <summary>Characters of an actor's id: 1 024. The empty id is an id.</summary>
    public const int ActorIdLength = 1024;

    /// <summary>Characters of a group's name: 255.</summary>
    public const int GroupNameLength = 255;

    /// <summary>Functions inside one another in an expression, the outermost counted: 16.</summary>
    public const int ExpressionDepth = 16;

    /// <summary>Functions in an expression; constants do not count: 256.</summary>
    public const int ExpressionNodes = 256;

    /// <summary>Function calls in one check, over all actors and all features that <c>FeatureEnabled</c> reaches: 10 000.</summary>
    public const int ExpressionCalls = 10_000;

    /// <summary>Actors in one check: 100.</summary>
    public const int ActorsPerCheck = 100;

    /// <summary>Live leases a feature can be limited to: 10 000.</summary>
    public const int LeaseLimit = 10_000;

    /// <summary>Characters of a description: 2 000.</summary>
    public const int Description = 2_000;

    /// <summary>Characters of an owner: 255.</summary>
    public const int Owner = 255;

    /// <summary>Tags of a feature: 50.</summary>
    public const int Tags = 50;

    /// <summary>Characters of a tag: 100.</summary>
    public const int TagLength = 100;

    /// <summary>Characters of a reason: 1 000.</summary>
    public const int Reason = 1_000;

    /// <summary>Counts in one usage report: 10 000.</summary>
    public const int UsageCounts = 10_000;

    /// <summary>Bytes of a claim's key in UTF-8: 255.</summary>
    public const int ClaimKeyBytes = 255;

    /// <summary>Bytes of a claim's result, as JSON in UTF-8: 65 536.</summary>
    public const int ClaimResultBytes = 64 * 1024;

    /// <summary>Characters of a worker's id, role, version and host, and of a claim's owner: 255.</summary>
    public const int WorkerText = 255;
}
