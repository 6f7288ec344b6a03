using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Flags.Core;

/// <summary>Asks every gate, also those after the one that decides, and says what each found.</summary>
internal static class Explainer
{
    private const int ShownActors = 5;

    private const string NotSet = "not set";

    public static IReadOnlyList<GateExplanation> Explain(
        CompiledFeature feature, in Subjects subjects, Snapshot snapshot, EvaluationContext context)
    {
        var decided = false;
        var gates = feature.Gates;
        return
        [
            Close(null, (feature.Held, feature.Held ? "held: off for everyone" : "not held")),
            Close(Gate.DeniedActor, Listed(gates.DeniedActors, feature.DeniedActors, subjects)),
            Close(Gate.DeniedGroup, Group(gates.DeniedGroups, subjects, context)),
            Open(Gate.Boolean, (gates.Boolean, gates.Boolean ? "on for everyone" : NotSet)),
            Open(Gate.Expression, feature.Steps is null ? (false, NotSet) : Expression(feature, subjects, snapshot, context)),
            Open(Gate.Actor, Listed(gates.Actors, feature.Actors, subjects)),
            Open(Gate.PercentageOfActors, Share(feature, subjects)),
            Open(Gate.PercentageOfTime, Draw(feature, context)),
            Open(Gate.Group, Group(gates.Groups, subjects, context)),
        ];

        GateExplanation Close(Gate? gate, (bool Matches, string Text) found) => new(gate, false, found.Text) { Decides = IsFirst(found.Matches) };

        GateExplanation Open(Gate gate, (bool Matches, string Text) found) => new(gate, found.Matches, found.Text) { Decides = IsFirst(found.Matches) };

        bool IsFirst(bool matches)
        {
            var first = matches && !decided;
            decided |= matches;
            return first;
        }
    }

    private static (bool, string) Listed(IReadOnlyList<string> ids, IReadOnlySet<string>? set, in Subjects subjects)
    {
        if (ids.Count == 0)
            return (false, NotSet);
        var listed = GateRules.IsListed(set, subjects);
        return (listed, listed ? "listed" : subjects.Count == 0 ? "no actor" : "not listed");
    }

    private static (bool, string) Group(IReadOnlyList<string> groups, in Subjects subjects, EvaluationContext context)
    {
        foreach (var group in groups)
        {
            if (GateRules.IsInAny([group], subjects, context))
                return (true, $"in {group}");
        }
        return (false, groups.Count == 0 ? NotSet : subjects.Count == 0 ? "no actor" : $"in none of {string.Join(", ", groups)}");
    }

    private static (bool, string) Share(CompiledFeature feature, in Subjects subjects)
    {
        if (feature.Gates.PercentageOfActors is not { } percentage)
            return (false, NotSet);
        return feature.Bucket.Of(subjects) is { } bucket
            ? (bucket < feature.BucketLimit, string.Create(CultureInfo.InvariantCulture, $"bucket {bucket / 1000.0:0.000}, needs < {percentage}"))
            : (false, "no actor with an id");
    }

    private static (bool, string) Draw(CompiledFeature feature, EvaluationContext context)
    {
        if (feature.Gates.PercentageOfTime is not { } percentage)
            return (false, NotSet);
        var draw = context.Random();
        return (draw < feature.DrawLimit, string.Create(CultureInfo.InvariantCulture, $"drawn {draw * 100:0.000}, needs < {percentage}"));
    }

    private static (bool, string) Expression(CompiledFeature feature, in Subjects subjects, Snapshot snapshot, EvaluationContext context)
    {
        var (outcome, error) = FeatureCheck.Expression(feature, subjects, snapshot, context);
        return (outcome == ExpressionOutcome.Open, error is null ? Properties(feature, subjects) : $"failed: {error}");
    }

    // The values that the rule looked at: whoever reads this knows the rule, and asks why it said so.
    private static string Properties(CompiledFeature feature, in Subjects subjects)
    {
        var names = feature.Steps!.Properties;
        if (names.Count == 0)
            return feature.Gates.Expression!.InWords();
        if (subjects.Count == 0)
            return "no actor, so no properties";
        var text = new StringBuilder();
        for (var i = 0; i < Math.Min(subjects.Count, ShownActors); i++)
        {
            var subject = subjects[i];
            text.Append(i == 0 ? "" : "; ").Append(subjects.Count == 1 ? "" : $"{subject.Id}: ")
                .AppendJoin(", ", names.Select(name => $"{name} is {Property(subject, name)}"));
        }
        return text.Append(subjects.Count > ShownActors ? "; …" : "").ToString();
    }

    private static string Property(Subject subject, string name)
    {
        if (name == "flipper_id")
            return subject.Id is null ? "not set" : $"\"{subject.Id}\"";
        return subject.Actor?.Properties is { } properties && properties.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value.GetRawText()
            : NotSet;
    }
}
