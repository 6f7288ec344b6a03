namespace Flags.Core;

/// <summary>How strictly an expression is read. Every rule refuses unknown functions, wrong numbers of arguments, and sizes beyond <see cref="Limits"/>.</summary>
public enum ExpressionRules
{
    /// <summary>What Flipper's routes accept: <c>All</c> and <c>Any</c> need an argument, the types of arguments are not checked.</summary>
    Flipper,

    /// <summary>Our own API and the pages: also refuses constants that can never be evaluated, such as an unreadable time.</summary>
    Strict,

    /// <summary>Import: as Flipper, and <c>All</c> and <c>Any</c> may be empty, because older Flippers stored them so.</summary>
    Import,
}
