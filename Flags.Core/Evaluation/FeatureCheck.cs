namespace Flags.Core;

/// <summary>Is it on? The one function behind every API, the pages and the SDK.</summary>
internal static class FeatureCheck
{
    /// <summary>Held, then denied, then the first open gate.</summary>
    public static Evaluation Evaluate(CompiledFeature feature, in Subjects subjects, Snapshot snapshot, EvaluationContext context)
    {
        if (feature.Held)
            return Off(feature, Reason.Held);
        if (GateRules.Denied(feature, subjects, context) is { } denied)
            return Off(feature, Reason.Denied, denied);
        if (feature.Gates.Boolean)
            return On(feature, Gate.Boolean);
        var outcome = feature.Steps is null ? ExpressionOutcome.Closed : Expression(feature, subjects, snapshot, context).Outcome;
        if (outcome == ExpressionOutcome.Open)
            return On(feature, Gate.Expression);
        var failed = outcome == ExpressionOutcome.Failed;
        if (GateRules.OpenAfterExpression(feature, subjects, context) is { } gate)
            return On(feature, gate, failed);
        return Off(feature, feature.State == FeatureState.Off ? Reason.Off : Reason.NoMatch, null, failed);
    }

    /// <summary>The same for an id alone (null: nobody), where <see cref="CompiledFeature.Always"/> knows no answer. The shortest way through most features.</summary>
    public static bool IsOn(CompiledFeature feature, string? id, Snapshot snapshot, EvaluationContext context)
    {
        if (!feature.NeedsOnlyId)
            return Evaluate(feature, new Subjects(id is null ? default : new Subject(id)), snapshot, context).Enabled;
        return (id is not null && (feature.Actors?.Contains(id) == true || (feature.BucketLimit > 0 && feature.Bucket.Of(id) < feature.BucketLimit)))
            || GateRules.IsDrawn(feature, context);
    }

    /// <summary>Truthy for any actor, in their order; without actors evaluated once. A failure ends it.</summary>
    public static (ExpressionOutcome Outcome, string? Error) Expression(
        CompiledFeature feature, in Subjects subjects, Snapshot snapshot, EvaluationContext context)
    {
        var machine = ExpressionMachine.Rent();
        var outcome = subjects.Count == 0 ? machine.Run(feature, default, snapshot, context) : ExpressionOutcome.Closed;
        for (var i = 0; i < subjects.Count && outcome == ExpressionOutcome.Closed; i++)
            outcome = machine.Run(feature, subjects[i], snapshot, context);
        var error = machine.Error;
        machine.Return();
        return (outcome, error);
    }

    private static Evaluation On(CompiledFeature feature, Gate gate, bool failed = false) =>
        new(true, Reason.Opened, gate, failed, feature.Version);

    private static Evaluation Off(CompiledFeature feature, Reason reason, Gate? gate = null, bool failed = false) =>
        new(false, reason, gate, failed, feature.Version);
}
