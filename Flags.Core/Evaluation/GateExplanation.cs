namespace Flags.Core;

/// <summary>One line of an explanation.</summary>
/// <param name="Gate">The gate; null for the line about holds.</param>
/// <param name="Open">Whether this gate opens the feature for these actors. Never for a deny list and for a hold, which only close.</param>
/// <param name="Text">What was found, for people: <c>bucket 61.204, needs &lt; 25</c>.</param>
public sealed record GateExplanation(Gate? Gate, bool Open, string Text)
{
    /// <summary>Whether this line decided the answer: the hold, the first deny list that matched, or the first gate that opened.</summary>
    public bool Decides { get; init; }
}
