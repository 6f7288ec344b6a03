using System.Text;

namespace Flags.Core;

/// <summary>A part of an expression as it was read.</summary>
internal abstract class Node
{
    /// <summary>Functions inside one another, this one counted; 0 for a constant.</summary>
    public virtual int Depth => 0;

    /// <summary>Functions in this part.</summary>
    public virtual int Nodes => 0;

    public abstract void Write(StringBuilder target);
}

/// <summary>A string, number or boolean.</summary>
internal sealed class Constant(Value value, string json) : Node
{
    public Value Value { get; } = value;

    public string Json { get; } = json;

    public override void Write(StringBuilder target) => target.Append(Json);
}

/// <summary>A function and its arguments.</summary>
internal sealed class Call(Function function, IReadOnlyList<Node> arguments) : Node
{
    public Function Function { get; } = function;

    public IReadOnlyList<Node> Arguments { get; } = arguments;

    public override int Depth { get; } = 1 + arguments.Select(argument => argument.Depth).DefaultIfEmpty().Max();

    public override int Nodes { get; } = 1 + arguments.Sum(argument => argument.Nodes);

    public override void Write(StringBuilder target)
    {
        target.Append("{\"").Append(Function.ToString()).Append("\":[");
        for (var i = 0; i < Arguments.Count; i++)
        {
            if (i > 0)
                target.Append(',');
            Arguments[i].Write(target);
        }
        target.Append("]}");
    }
}

/// <summary>What cannot be evaluated, in an expression that was stored before it was refused.</summary>
internal sealed class Unreadable(string error, string json) : Node
{
    public string Error { get; } = error;

    public override void Write(StringBuilder target) => target.Append(json);
}
