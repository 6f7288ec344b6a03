namespace Flags.Core;

/// <summary>What an expression made of its gate.</summary>
internal enum ExpressionOutcome
{
    Closed,
    Open,
    Failed,
}

/// <summary>
/// Runs the expressions of one check, with a stack of values and a stack of features of its own: a chain of <c>FeatureEnabled</c> through
/// thousands of features needs no more of the thread's stack than one comparison.
/// </summary>
internal sealed class ExpressionMachine
{
    // Larger stacks are not kept for the next check.
    private const int Kept = 512;

    [ThreadStatic]
    private static ExpressionMachine? _idle;

    private readonly FeatureStack _features = new();
    private Value[] _values = new Value[16];
    private int _top;
    private int _used;
    private int _calls;

    /// <summary>Why the last expression failed; null when it did not.</summary>
    public string? Error { get; private set; }

    /// <summary>An idle machine of this thread. A predicate that checks another feature gets a second one.</summary>
    public static ExpressionMachine Rent()
    {
        var machine = _idle ?? new ExpressionMachine();
        _idle = null;
        return machine;
    }

    /// <summary>Gives the machine back, with nothing of the check left in it.</summary>
    public void Return()
    {
        if (_values.Length > Kept || _features.Capacity > Kept)
            return;
        Array.Clear(_values, 0, _used);
        _used = 0;
        _calls = 0;
        Error = null;
        _idle = this;
    }

    /// <summary>Evaluates the expression of a feature, which must have one.</summary>
    public ExpressionOutcome Run(CompiledFeature feature, in Subject subject, Snapshot snapshot, EvaluationContext context)
    {
        Enter(feature);
        while (true)
        {
            if (!Advance(subject, snapshot, context))
                continue;
            // Too many calls are an error of the check, not of the feature that happened to make the last one.
            while (_calls > Limits.ExpressionCalls && _features.Depth > 1)
                _features.Pop();
            var inner = Leave(context, out var outcome);
            if (_features.Depth == 0)
                return outcome;
            Push(Value.Of(outcome == ExpressionOutcome.Open
                || GateRules.OpenAfterExpression(inner, new Subjects(subject), context) is not null));
        }
    }

    // Goes on with the innermost feature; true when it has ended, false when another one has been entered.
    private bool Advance(in Subject subject, Snapshot snapshot, EvaluationContext context)
    {
        ref var frame = ref _features.Innermost;
        var scope = new FunctionScope(frame.Feature, subject, context);
        for (Error = null; frame.Next < frame.Steps.Length && Error is null;)
        {
            ref readonly var step = ref frame.Steps[frame.Next++];
            if (step.Function is not { } function)
                Push(step.Constant);
            else if (++_calls > Limits.ExpressionCalls)
                Push(Value.Error($"More than {Limits.ExpressionCalls} function calls in one check"));
            else if (function != Function.FeatureEnabled)
                Apply(step, scope);
            else if (EnterReferred(Functions.TextOf(_values[--_top]), subject, snapshot, context))
                return false;
            if (_values[_top - 1].Kind == ValueKind.Error)
                Error = _values[_top - 1].AsText;
        }
        return true;
    }

    private void Apply(in Step step, in FunctionScope scope)
    {
        var function = step.Function!.Value;
        var arguments = _values.AsSpan(_top -= step.Arguments, step.Arguments);
        Push(function <= Function.LessThanOrEqualTo ? Value.Of(Functions.Judge(function, arguments)) : Functions.Apply(function, arguments, scope));
    }

    // True when the other feature's expression must be evaluated first; else its answer has been pushed.
    private bool EnterReferred(string? name, in Subject subject, Snapshot snapshot, EvaluationContext context)
    {
        var feature = name is null ? null : snapshot.Find(name);
        if (name is null)
            Push(Value.Error("FeatureEnabled cannot use an array or object"));
        else if (feature is null || feature.Always == false || _features.Contains(name) || GateRules.Denied(feature, new Subjects(subject), context) is not null)
            Push(Value.Of(false));
        else if (feature.Gates.Boolean)
            Push(Value.Of(true));
        else if (feature.Steps is null)
            Push(Value.Of(GateRules.OpenAfterExpression(feature, new Subjects(subject), context) is not null));
        else
        {
            Enter(feature);
            return true;
        }
        return false;
    }

    private void Enter(CompiledFeature feature)
    {
        _features.Push(feature, _top);
        // One more than it needs: an error may be pushed on top of the arguments.
        var needed = _top + feature.Steps!.StackSize + 1;
        if (needed > _values.Length)
            Array.Resize(ref _values, Math.Max(needed, _values.Length * 2));
        _used = Math.Max(_used, needed);
    }

    private CompiledFeature Leave(EvaluationContext context, out ExpressionOutcome outcome)
    {
        var frame = _features.Pop();
        outcome = Error is not null ? ExpressionOutcome.Failed
            : _values[_top - 1].IsTruthy ? ExpressionOutcome.Open
            : ExpressionOutcome.Closed;
        _top = frame.Bottom;
        if (Error is not null)
            frame.Feature.Report(Error, context);
        return frame.Feature;
    }

    private void Push(in Value value) => _values[_top++] = value;
}
