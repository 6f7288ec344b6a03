using System.Text.Json;

namespace Flags.Core;

/// <summary>
/// Builds expressions from JSON by the rules of writing. The first error ends it; its message begins with the place.
/// </summary>
internal sealed class ExpressionParser(ExpressionRules rules)
{
    private int _nodes;

    /// <summary>What was wrong, once a method has returned null.</summary>
    public string? Error { get; private set; }

    /// <summary>An object: a function named by its first member, whose value is the arguments.</summary>
    public Call? Build(JsonElement json, string path = "", int depth = 1)
    {
        var place = path.Length == 0 ? "The expression" : path;
        if (json.ValueKind != JsonValueKind.Object)
            return Fail($"{place} is {Describe(json)}; it must be a function: an object such as {{\"Property\":[\"plan\"]}}");
        using var members = json.EnumerateObject();
        if (!members.MoveNext())
            return Fail($"{place} is an empty object; it must name a function");
        var name = JsonText.GetName(members.Current);
        if (!Enum.TryParse<Function>(name, out var function) || function.ToString() != name)
            return Fail($"{Join(path, name)} is not a function; the functions are {string.Join(", ", Enum.GetNames<Function>())}");
        if (depth > Limits.ExpressionDepth)
            return Fail($"{Join(path, name)} is more than {Limits.ExpressionDepth} functions deep");
        if (++_nodes > Limits.ExpressionNodes)
            return Fail($"The expression has more than {Limits.ExpressionNodes} functions");
        // Of members with one name the last value counts.
        return Arguments(json.GetProperty(name), Join(path, name), depth) is { } arguments ? Checked(new Call(function, arguments), Join(path, name)) : null;
    }

    private Node[]? Arguments(JsonElement json, string path, int depth)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return [];
        if (json.ValueKind == JsonValueKind.Object)
        {
            Fail($"{path} has an object instead of its arguments; put it into an array");
            return null;
        }
        var items = json.ValueKind == JsonValueKind.Array ? json.EnumerateArray().ToArray() : [json];
        var arguments = new Node[items.Length];
        for (var i = 0; i < items.Length; i++)
        {
            var place = json.ValueKind == JsonValueKind.Array ? $"{path}[{i}]" : path;
            Node? argument = items[i].ValueKind == JsonValueKind.Object ? Build(items[i], place, depth + 1) : BuildConstant(items[i], place);
            if (argument is null)
                return null;
            arguments[i] = argument;
        }
        return arguments;
    }

    private Constant? BuildConstant(JsonElement json, string path)
    {
        var constant = ConstantText.Read(json);
        if (constant is null)
            Fail($"{path} is {Describe(json)}; an argument is a string, a number, a boolean or a function");
        else if (constant.Value is { Kind: ValueKind.String } text && text.AsText.Contains('\0', StringComparison.Ordinal))
            return FailConstant($"{path} contains U+0000, which cannot be stored");
        return constant;
    }

    private Call? Checked(Call call, string path)
    {
        var arity = Arity.Of(call.Function);
        if (!arity.Allows(call.Arguments.Count))
            return Fail($"{path} takes {arity}, has {call.Arguments.Count}");
        if (call is { Function: Function.All or Function.Any, Arguments.Count: 0 } && rules != ExpressionRules.Import)
            return Fail($"{path} needs at least 1 argument");
        if (rules == ExpressionRules.Strict && ConstantRules.Problem(call, path) is { } problem)
            return Fail(problem);
        return call;
    }

    private Call? Fail(string error)
    {
        Error = error;
        return null;
    }

    private Constant? FailConstant(string error)
    {
        Error = error;
        return null;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string Describe(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Number => double.IsFinite(json.GetDouble()) ? "a number" : "a number that no double holds",
        JsonValueKind.String => ConstantText.Read(json) is null ? "text that is not Unicode" : "text",
        JsonValueKind.Array => "an array",
        _ => "an object",
    };
}
