using Flags.Core;

namespace Flags.Admin;

/// <summary>The answer to "would they get it?", and why.</summary>
internal sealed record Answer(bool On, string Sentence, IReadOnlyList<GateExplanation> Lines)
{
    public static Answer Of(Snapshot snapshot, string feature, string? actorId, string? properties, DateTimeOffset now)
    {
        // One draw for both: the explanation must not contradict the answer.
        double draw = Random.Shared.NextDouble();
        var context = new EvaluationContext { Random = () => draw, Now = () => now };
        var actor = new Actor(string.IsNullOrEmpty(actorId) ? null : actorId, PropertyText.Read(properties));
        Evaluation evaluation = snapshot.Evaluate(feature, [actor], context);
        return new Answer(evaluation.Enabled, Words(evaluation, actor.Id ?? "An actor without an id"), snapshot.Explain(feature, [actor], context));
    }

    /// <summary>Whether an expression that is not saved yet would open its gate.</summary>
    public static string OfDraft(Snapshot snapshot, Feature feature, Expression draft, string? actorId, string? properties, DateTimeOffset now)
    {
        CompiledFeature alone = CompiledFeature.Compile(feature.Name, new Gates { Expression = draft }, false, feature.Version);
        Answer answer = Of(snapshot.With(snapshot.Generation, snapshot.Version, [alone], []), feature.Name, actorId, properties, now);
        string who = string.IsNullOrEmpty(actorId) ? "an actor without an id" : actorId;
        string why = answer.Lines.FirstOrDefault(l => l.Gate == Gate.Expression) is { } line ? Line(line) : "";
        return $"{(answer.On ? "It is true" : "It is not true")} for {who}{(string.IsNullOrEmpty(properties) ? "" : $" with {properties}")}. {why}";
    }

    /// <summary>One line of the explanation, as people read it.</summary>
    public static string Line(GateExplanation line)
    {
        if (line.Decides)
            return (line.Open ? "YES: " : "NO: ") + line.Text;
        bool plain = line.Open || line.Text.StartsWith("not ", StringComparison.Ordinal) || line.Text.StartsWith("no ", StringComparison.Ordinal);
        return (line.Open ? "yes: " : plain ? "" : "no: ") + line.Text;
    }

    private static string Words(Evaluation evaluation, string who) => evaluation.Reason switch
    {
        Reason.Held => "A deploy holds the feature: off for everyone.",
        Reason.Off => "Nothing is set: off for everyone.",
        Reason.NoMatch => $"No gate opens it for {who}.",
        Reason.Denied => evaluation.Gate == Gate.DeniedGroup ? $"{who} is in a denied group." : $"{who} is denied.",
        Reason.Opened => Opened(evaluation.Gate, who),
        Reason.NotFound => "There is no such feature.",
        _ => throw new ArgumentOutOfRangeException(nameof(evaluation)),
    };

    private static string Opened(Gate? gate, string who) => gate switch
    {
        Gate.Boolean => "It is on for everyone.",
        Gate.Expression => $"The expression is true for {who}.",
        Gate.Actor => $"{who} is one of the actors.",
        Gate.PercentageOfActors => $"{who} is in the share of actors.",
        Gate.PercentageOfTime => "This check was in the share of time; the next may not be.",
        Gate.Group => $"{who} is in one of the groups.",
        _ => "A gate opened it.",
    };
}
