using Flags.Core;

namespace Flags.Admin;

/// <summary>What is in the expression editor: lines or JSON, saved or not.</summary>
/// <param name="Rules">The lines; null while JSON is edited.</param>
/// <param name="Text">The JSON.</param>
/// <param name="Error">Why it cannot be saved as it is; null when it can.</param>
internal sealed record ExpressionDraft(RuleSet? Rules, string Text, string? Error)
{
    public const string AsRules = "rules", AsJson = "json";

    /// <summary>Why lines were asked for and cannot be shown.</summary>
    public string? Note { get; init; }

    /// <summary>The expression as it would be saved.</summary>
    public Expression? Parsed => Error is null && Expression.TryParse(Text, ExpressionRules.Strict, out Expression? parsed, out _) ? parsed : null;

    /// <summary>The stored one: as lines whenever they say all of it.</summary>
    public static ExpressionDraft Of(Expression? stored) => stored is null ? new ExpressionDraft(new RuleSet(false, []), "", null)
        : new ExpressionDraft(RuleSet.Of(stored), stored.Json, null);

    /// <summary>What was typed, after the pressed button: another line, one less, or the other view.</summary>
    public static ExpressionDraft Read(ActionForm form, DateTimeOffset now)
    {
        ExpressionDraft draft = form["mode"] == AsRules ? OfRules(Pressed(form, now)) : OfText(form["expression"].Trim());
        return form["view"] switch
        {
            AsJson when draft.Rules is { Rules.Count: 0 } => OfText(""),
            AsJson when draft.Error is null => draft with { Rules = null },
            AsRules when draft.Text.Length == 0 => OfRules(new RuleSet(false, [])),
            AsRules when draft.Parsed is { } parsed => RuleSet.Of(parsed) is { } rules ? draft with { Rules = rules } : draft with { Note = "Rules are comparisons of properties, times and shares; this expression does more, so it stays JSON." },
            _ => draft,
        };
    }

    /// <summary>Whether a button was pressed that only changes the editor.</summary>
    public static bool IsOnlyEdited(ActionForm form) => form.Has("check") || form.Has("view") || form.Has("add") || form.Has("drop");

    private static ExpressionDraft OfRules(RuleSet rules)
    {
        if (!rules.TryWrite(out string json, out string? error))
            return new ExpressionDraft(rules, "", error);
        return new ExpressionDraft(rules, json, Problem(json));
    }

    private static ExpressionDraft OfText(string text) => new(null, text, text.Length == 0 ? "is empty; write one, or remove the expression" : Problem(text));

    private static string? Problem(string json) => Expression.TryParse(json, ExpressionRules.Strict, out _, out string? error) ? null : error.TrimEnd('.');

    private static RuleSet Pressed(ActionForm form, DateTimeOffset now)
    {
        IReadOnlyList<string> kinds = form.All("row"), properties = form.All("property"), operators = form.All("operator"), types = form.All("type"), values = form.All("value");
        int count = Math.Min(Limits.ExpressionNodes, new[] { kinds.Count, properties.Count, operators.Count, types.Count, values.Count }.Min());
        List<Rule> rules = [.. Enumerable.Range(0, count).Select(i => new Rule(Kind(kinds[i]), properties[i], Known(kinds[i], operators[i]), types[i], values[i]))];
        if (form.Has("add"))
            rules.Add(Rule.Of(form["add"], now));
        if (int.TryParse(form["drop"], out int drop) && drop >= 0 && drop < rules.Count)
            rules.RemoveAt(drop);
        return new RuleSet(form["match"] == "any", rules) { Wrapped = form["wrapped"] == "yes" };
    }

    private static RuleKind Kind(string text) => Enum.TryParse(text, out RuleKind kind) && Enum.IsDefined(kind) ? kind : RuleKind.Compare;

    /// <summary>Only functions that the editor offers; whatever else was sent reads as the first one.</summary>
    private static string Known(string kind, string function) => Kind(kind) switch
    {
        RuleKind.Share => "PercentageOfActors",
        RuleKind.Time => Rule.Times.Any(t => t.Name == function) ? function : Rule.Times[0].Name,
        _ => Rule.Comparisons.Any(c => c.Name == function) ? function : Rule.Comparisons[0].Name,
    };
}
