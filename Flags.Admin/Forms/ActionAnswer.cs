using Flags.Core;

namespace Flags.Admin;

/// <summary>What a form is answered with.</summary>
public abstract record ActionAnswer(int Status);

/// <summary>Done: go to a page, by 303.</summary>
public sealed record ActionDone(string Location) : ActionAnswer(303);

/// <summary>Not done before this was asked.</summary>
public sealed record ActionAsked(string Action, ActionForm Form, string Title) : ActionAnswer(428)
{
    /// <summary>Consequences, each a sentence.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>Whether the feature's name must be typed.</summary>
    public bool TypeName { get; init; }

    /// <summary>Another word to type than the feature's name.</summary>
    public string? Confirm { get; init; }

    /// <summary>Whether something else was typed.</summary>
    public bool IsWrong { get; init; }

    /// <summary>Whether it is not done without a reason.</summary>
    public bool NeedsReason { get; init; }

    /// <summary>Whether it was sent without one.</summary>
    public bool LacksReason { get; init; }

    public required IReadOnlyList<AskButton> Buttons { get; init; }
}

/// <summary>One answer to a question: the field it sets, and whether something is lost.</summary>
public sealed record AskButton(string Label, string To, bool Danger);

/// <summary>Not done: somebody changed the feature first.</summary>
public sealed record ActionConflict(string Action, ActionForm Form, Feature Now) : ActionAnswer(409)
{
    /// <summary>What changed since the form was made, newest first.</summary>
    public required IReadOnlyList<HistoryEntry> Since { get; init; }

    /// <summary>What the person wanted: <c>25 % of actors</c>.</summary>
    public required string Wanted { get; init; }
}

/// <summary>Not done; the problem says why and what to do.</summary>
public sealed record ActionRefused(Problem Problem, string Back) : ActionAnswer(Problem.Status)
{
    /// <summary>The role that may do it.</summary>
    public string Needs { get; init; } = "operator";
}
