using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>JSON of an <see cref="Expression"/>: its normalised JSON; read by <see cref="ExpressionRules.Strict"/>.</summary>
public sealed class ExpressionConverter : JsonConverter<Expression>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">Refused; the message names the place.</exception>
    public override Expression Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Expression.TryParse(JsonElement.ParseValue(ref reader), ExpressionRules.Strict, out var expression, out var error)
            ? expression
            : throw new JsonException(error);

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Expression value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteRawValue(value.Json, skipInputValidation: true);
    }
}
