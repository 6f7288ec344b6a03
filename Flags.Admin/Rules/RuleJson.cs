using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Flags.Admin;

/// <summary>One rule as the JSON of an expression, and back.</summary>
internal static class RuleJson
{
    private const string Minutes = "yyyy-MM-dd'T'HH:mm", Stored = "yyyy-MM-dd'T'HH:mm':00Z'";

    /// <summary>The JSON of a rule; false with what is wrong in <paramref name="error"/>.</summary>
    public static bool TryWrite(Rule rule, [NotNullWhen(true)] out JsonNode? json, out string? error)
    {
        json = null;
        error = rule.Kind != RuleKind.Time && rule.Property.Trim().Length == 0 ? "name the property" : null;
        if (error is not null)
            return false;
        JsonNode? left = rule.Kind == RuleKind.Time ? new JsonObject { ["Now"] = new JsonArray() } : new JsonObject { ["Property"] = new JsonArray(rule.Property.Trim()) };
        (JsonNode? right, error) = Right(rule);
        if (right is null)
            return false;
        json = new JsonObject { [rule.Operator] = new JsonArray(left, right) };
        return true;
    }

    /// <summary>The rule that a part of an expression is; null when no line of the editor says the same.</summary>
    public static Rule? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Count() != 1)
            return null;
        JsonProperty call = json.EnumerateObject().First();
        if (call.Value.ValueKind != JsonValueKind.Array || call.Value.GetArrayLength() != 2)
            return null;
        JsonElement left = call.Value[0], right = call.Value[1];
        if (Argument(left, "Property") is not { ValueKind: JsonValueKind.String } property)
            return ReadTime(call.Name, left, right);
        string name = property.GetString()!;
        if (call.Name == "PercentageOfActors" && right.ValueKind == JsonValueKind.Number)
            return new Rule(RuleKind.Share, name, call.Name, Rule.Number, right.GetRawText());
        if (Rule.Comparisons.All(c => c.Name != call.Name))
            return null;
        return right.ValueKind switch
        {
            JsonValueKind.String => new Rule(RuleKind.Compare, name, call.Name, Rule.Text, right.GetString()!),
            JsonValueKind.Number => new Rule(RuleKind.Compare, name, call.Name, Rule.Number, right.GetRawText()),
            JsonValueKind.True or JsonValueKind.False => new Rule(RuleKind.Compare, name, call.Name, Rule.Boolean, right.GetBoolean() ? "yes" : "no"),
            _ => null,
        };
    }

    private static Rule? ReadTime(string function, JsonElement left, JsonElement right)
    {
        bool now = left.ValueKind == JsonValueKind.Object && left.EnumerateObject().Count() == 1 && left.EnumerateObject().First().Name == "Now";
        if (!now || Rule.Times.All(t => t.Name != function) || Argument(right, "Time") is not { ValueKind: JsonValueKind.String } time)
            return null;
        return DateTime.TryParseExact(time.GetString(), Stored, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at)
            ? new Rule(RuleKind.Time, "", function, Rule.Text, at.ToString(Minutes, CultureInfo.InvariantCulture)) : null;
    }

    private static (JsonNode? Json, string? Error) Right(Rule rule)
    {
        string text = rule.Value.Trim();
        if (rule.Kind == RuleKind.Time)
            return DateTime.TryParseExact(text, [Minutes, "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at)
                ? (new JsonObject { ["Time"] = new JsonArray(at.ToString(Stored, CultureInfo.InvariantCulture)) }, null)
                : (null, $"\"{text}\" is no time; write it as 2026-12-31 00:00, in UTC");
        if (rule.Kind == RuleKind.Compare && rule.Type == Rule.Text)
            return (JsonValue.Create(rule.Value), null);
        if (rule.Kind == RuleKind.Compare && rule.Type == Rule.Boolean)
            return text.ToUpperInvariant() switch { "YES" or "TRUE" => (JsonValue.Create(true), null), "NO" or "FALSE" => (JsonValue.Create(false), null), _ => (null, $"\"{text}\" is neither yes nor no") };
        return IsNumber(text.TrimEnd('%').TrimEnd(), out JsonNode? number) ? (number, null) : (null, $"\"{text}\" is no number");
    }

    private static bool IsNumber(string text, [NotNullWhen(true)] out JsonNode? number)
    {
        number = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(text.Length == 0 ? "null" : text);
            if (document.RootElement.ValueKind == JsonValueKind.Number)
                number = JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            // Said as "is no number".
        }

        return number is not null;
    }

    /// <summary>The only argument of that function; null for anything else.</summary>
    private static JsonElement? Argument(JsonElement call, string function) =>
        call.ValueKind == JsonValueKind.Object && call.EnumerateObject().Count() == 1 && call.TryGetProperty(function, out JsonElement arguments)
            && arguments.ValueKind == JsonValueKind.Array && arguments.GetArrayLength() == 1 ? arguments[0] : null;
}
