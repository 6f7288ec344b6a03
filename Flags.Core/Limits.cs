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
}
