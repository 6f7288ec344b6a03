namespace Flags.Core;

/// <summary>One step: push a constant, or apply a function to the topmost values.</summary>
internal readonly record struct Step(Function? Function, int Arguments, Value Constant);

/// <summary>
/// An expression as postfix steps. All arguments are always evaluated, left to right, so an expression is no more than that; and without
/// recursion a chain of <c>FeatureEnabled</c> cannot overflow the stack.
/// </summary>
internal sealed class Steps
{
    private readonly List<Step> _steps = [];
    private readonly List<string> _properties = [];
    private int _height;

    private Steps()
    {
    }

    /// <summary>The most values that lie on the stack at a time.</summary>
    public int StackSize { get; private set; }

    public int Count => Items.Length;

    public Step[] Items { get; private set; } = [];

    /// <summary>The properties named by constants, in the order of their first use.</summary>
    public IReadOnlyList<string> Properties => _properties;

    public static Steps Of(Node root)
    {
        var steps = new Steps();
        steps.Add(root);
        steps.Items = [.. steps._steps];
        return steps;
    }

    private void Add(Node node)
    {
        switch (node)
        {
            case Constant constant:
                Push(constant.Value);
                break;
            case Unreadable unreadable:
                Push(Value.Error(unreadable.Error));
                break;
            case Call call:
                Add(call);
                break;
        }
    }

    private void Add(Call call)
    {
        foreach (var argument in call.Arguments)
            Add(argument);
        if (call is { Function: Function.Property, Arguments: [Constant { Value: var name }] } && Functions.TextOf(name) is { } text && !_properties.Contains(text))
            _properties.Add(text);
        if (TryFold(call))
            return;
        _steps.Add(new Step(call.Function, call.Arguments.Count, default));
        _height -= call.Arguments.Count;
        Grow();
    }

    // A conversion of a constant gives the same at every check; reading a time costs as much as the rest of a rule.
    private bool TryFold(Call call)
    {
        if (call is not { Function: Function.Time or Function.Number or Function.String or Function.Percentage or Function.Boolean, Arguments: [Constant { Value: var value }] })
            return false;
        // An error too: pushing it fails as making it would.
        _steps[^1] = new Step(null, 0, Functions.Convert(call.Function, value));
        return true;
    }

    private void Push(Value value)
    {
        _steps.Add(new Step(null, 0, value));
        Grow();
    }

    private void Grow() => StackSize = Math.Max(StackSize, ++_height);
}
