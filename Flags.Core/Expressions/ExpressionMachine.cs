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
    private const int KeptValues = 512;

    // Above this many features inside one another a set finds cycles faster than a walk.
    private const int WalkedFrames = 16;

    [ThreadStatic]
    private static ExpressionMachine? _idle;

    private Value[] _values = new Value[16];
    private Frame[] _frames = new Frame[4];
    private HashSet<string>? _names;
    private int _top;
    private int _used;
    private int _depth;
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
        if (_values.Length > KeptValues || _frames.Length > KeptValues)
            return;
        Array.Clear(_values, 0, _used);
        Array.Clear(_frames);
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
            if (!Advance(subject, snapshot, context, out var error))
                continue;
            var inner = Leave(error, context, out var outcome);
            if (_depth == 0)
                return outcome;
            Push(Value.Of(outcome == ExpressionOutcome.Open
                || GateRules.OpenAfterExpression(inner, new Subjects(subject), context) is not null));
        }
    }

    // Goes on with the innermost feature; true when it has ended, false when another one has been entered.
    private bool Advance(in Subject subject, Snapshot snapshot, EvaluationContext context, out string? error)
    {
        ref var frame = ref _frames[_depth - 1];
        var scope = new FunctionScope(frame.Feature, subject, context);
        for (error = null; frame.Next < frame.Steps.Length && error is null;)
        {
            ref readonly var step = ref frame.Steps[frame.Next++];
            if (step.Function is not { } function)
                Push(step.Constant);
            else if (++_calls > Limits.ExpressionCalls)
                error = $"More than {Limits.ExpressionCalls} function calls in one check";
            else if (function == Function.FeatureEnabled)
            {
                if (EnterReferred(Functions.TextOf(_values[--_top]), subject, snapshot, context))
                    return false;
            }
            else
            {
                var arguments = _values.AsSpan(_top -= step.Arguments, step.Arguments);
                Push(function <= Function.LessThanOrEqualTo ? Value.Of(Functions.Judge(function, arguments)) : Functions.Apply(function, arguments, scope));
            }
            if (error is null && _values[_top - 1].Kind == ValueKind.Error)
                error = _values[_top - 1].AsText;
        }
        return true;
    }

    // True when the other feature's expression must be evaluated first; else its answer has been pushed.
    private bool EnterReferred(string? name, in Subject subject, Snapshot snapshot, EvaluationContext context)
    {
        var feature = name is null ? null : snapshot.Find(name);
        if (name is null)
            Push(Value.Error("FeatureEnabled cannot use an array or object"));
        else if (feature is null || feature.Always == false || IsInside(name) || GateRules.Denied(feature, new Subjects(subject), context) is not null)
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
        if (_depth == _frames.Length)
            Array.Resize(ref _frames, _depth * 2);
        _frames[_depth++] = new Frame(feature, _top);
        var needed = _top + feature.Steps!.StackSize;
        if (needed > _values.Length)
            Array.Resize(ref _values, Math.Max(needed, _values.Length * 2));
        _used = Math.Max(_used, needed);
        if (_depth == WalkedFrames)
            _names = new(_frames[.._depth].Select(frame => frame.Feature.Name), StringComparer.Ordinal);
        else
            _names?.Add(feature.Name);
    }

    private CompiledFeature Leave(string? error, EvaluationContext context, out ExpressionOutcome outcome)
    {
        var frame = _frames[--_depth];
        outcome = error is not null ? ExpressionOutcome.Failed
            : _values[_top - 1].IsTruthy ? ExpressionOutcome.Open
            : ExpressionOutcome.Closed;
        _top = frame.Bottom;
        _names?.Remove(frame.Feature.Name);
        if (_depth < WalkedFrames)
            _names = null;
        Error = error;
        if (error is not null)
            frame.Feature.Report(error, context);
        return frame.Feature;
    }

    private bool IsInside(string name)
    {
        if (_names is not null)
            return _names.Contains(name);
        for (var i = 0; i < _depth; i++)
        {
            if (_frames[i].Feature.Name == name)
                return true;
        }
        return false;
    }

    private void Push(in Value value) => _values[_top++] = value;

    private struct Frame(CompiledFeature feature, int bottom)
    {
        public readonly CompiledFeature Feature = feature;
        public readonly Step[] Steps = feature.Steps!.Items;
        public readonly int Bottom = bottom;
        public int Next;
    }
}
