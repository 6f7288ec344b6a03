using System.Text.Json;
using System.Text.Json.Serialization;
using Flags.Core;

namespace Flags.Store;

/// <summary>Expressions of our own export: it has what any API accepted, and must be importable elsewhere.</summary>
internal sealed class ImportedExpressions : JsonConverter<Expression>
{
    public override Expression Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Expression.TryParse(JsonElement.ParseValue(ref reader), ExpressionRules.Import, out Expression? expression, out string? error) ? expression : throw new JsonException(error);

    public override void Write(Utf8JsonWriter writer, Expression value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are only read.");
}
