using System.Text.Json;

namespace Flags.Core.Tests;

/// <summary>Gates from the raw values of a Flipper adapter or export; missing and null mean unset.</summary>
internal static class VectorGates
{
    public static Gates Read(JsonElement gates) => new()
    {
        Boolean = gates.TryGetProperty("boolean", out var boolean) && FlipperValue.ToBoolean(boolean),
        Expression = gates.TryGetProperty("expression", out var expression) && expression.ValueKind != JsonValueKind.Null
            ? Expression.FromStored(expression.GetRawText())
            : null,
        Actors = Texts(gates, "actors"),
        Groups = Texts(gates, "groups"),
        PercentageOfActors = Percentage(gates, "percentage_of_actors"),
        PercentageOfTime = Percentage(gates, "percentage_of_time"),
    };

    private static string[] Texts(JsonElement gates, string name) =>
        gates.TryGetProperty(name, out var members) ? [.. members.EnumerateArray().Select(member => member.GetString()!)] : [];

    private static Percentage? Percentage(JsonElement gates, string name)
    {
        Percentage? percentage = null;
        Assert.True(!gates.TryGetProperty(name, out var value) || FlipperValue.TryToPercentage(value, out percentage));
        return percentage;
    }
}
