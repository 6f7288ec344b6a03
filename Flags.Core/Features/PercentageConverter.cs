using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>JSON of a <see cref="Percentage"/>: the stored number text, bare; read only from a number from 0 to 100.</summary>
public sealed class PercentageConverter : JsonConverter<Percentage>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">Not a number, or outside 0 to 100.</exception>
    public override Percentage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number
            && Percentage.TryFromNumber(Encoding.UTF8.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan), out var percentage))
            return percentage;
        throw new JsonException("A percentage must be a number from 0 to 100.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Percentage value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteRawValue(value.Text, skipInputValidation: true);
    }
}
