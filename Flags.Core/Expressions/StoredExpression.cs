using System.Text.Json;

namespace Flags.Core;

/// <summary>Reads expressions that are stored already: nothing is refused, what makes no sense fails when it is evaluated.</summary>
internal static class StoredExpression
{
    public static Node Read(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object ? ReadCall(json)
        : ConstantText.Read(json) ?? (Node)new Unreadable("a constant is a string, a number or a boolean", json.GetRawText());

    private static Node ReadCall(JsonElement json)
    {
        using var members = json.EnumerateObject();
        if (!members.MoveNext())
            return new Unreadable("an empty object is not a function", "{}");
        var name = JsonText.GetName(members.Current);
        if (!Enum.TryParse<Function>(name, out var function) || function.ToString() != name)
            return new Unreadable($"{name} is not a function", json.GetRawText());
        var value = json.GetProperty(name);
        var arguments = value.ValueKind switch
        {
            JsonValueKind.Null => [],
            JsonValueKind.Array => value.EnumerateArray().Select(Read).ToArray(),
            _ => [Read(value)],
        };
        return Arity.Of(function).Allows(arguments.Length)
            ? new Call(function, arguments)
            : new Unreadable($"{name} takes {Arity.Of(function)}, has {arguments.Length}", json.GetRawText());
    }
}
