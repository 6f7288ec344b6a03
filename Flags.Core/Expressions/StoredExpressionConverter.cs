using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>
/// JSON of an <see cref="Expression"/> that was accepted before, for whoever reads answers of a server: nothing is refused. Add it to the
/// converters of the options; it then goes before <see cref="ExpressionConverter"/>, which would refuse what Flipper's routes accept.
/// </summary>
public sealed class StoredExpressionConverter : JsonConverter<Expression>
{
    /// <inheritdoc/>
    public override Expression Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Expression.FromStored(JsonElement.ParseValue(ref reader).GetRawText());

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Expression value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteRawValue(value.Json, skipInputValidation: true);
    }
}
