using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Flags.Core;

namespace Flags.Admin;

/// <summary>An expression as lines of which all or any must match.</summary>
/// <param name="Any">Whether one line is enough.</param>
/// <param name="Rules">The lines.</param>
internal sealed record RuleSet(bool Any, IReadOnlyList<Rule> Rules)
{
    private const string All = "All";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One line needs no All around it; one that had it keeps it.</summary>
    public bool Wrapped { get; init; }

    /// <summary>The lines of an expression; null when they would say something else than it does.</summary>
    public static RuleSet? Of(Expression expression)
    {
        using JsonDocument document = JsonDocument.Parse(expression.Json);
        JsonElement root = document.RootElement;
        bool isAll = root.TryGetProperty(All, out JsonElement parts), isAny = !isAll && root.TryGetProperty(nameof(Any), out parts);
        bool wrapped = (isAll || isAny) && parts.ValueKind == JsonValueKind.Array && parts.GetArrayLength() > 0;
        Rule?[] rules = wrapped ? [.. parts.EnumerateArray().Select(RuleJson.Read)] : [RuleJson.Read(root)];
        if (rules.Any(r => r is null))
            return null;
        var set = new RuleSet(isAny, [.. rules.OfType<Rule>()]) { Wrapped = wrapped };
        return set.TryWrite(out string json, out _) && Expression.TryParse(json, ExpressionRules.Strict, out Expression? same, out _) && same.Json == expression.Json ? set : null;
    }

    /// <summary>The JSON; false with every line that cannot be written in <paramref name="error"/>.</summary>
    public bool TryWrite(out string json, out string? error)
    {
        var parts = new JsonArray();
        var errors = new List<string>();
        foreach ((int index, Rule rule) in Rules.Index())
        {
            if (RuleJson.TryWrite(rule, out JsonNode? part, out string? wrong))
                parts.Add(part);
            else
                errors.Add($"rule {index + 1}: {wrong}");
        }

        error = Rules.Count == 0 ? "add a rule, or remove the expression" : errors.Count > 0 ? string.Join("; ", errors) : null;
        bool bare = parts.Count == 1 && !Wrapped;
        JsonNode whole = bare ? parts[0]! : new JsonObject { [Any ? nameof(Any) : All] = parts };
        json = error is null ? whole.ToJsonString(Readable) : "";
        return error is null;
    }
}
