using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Core;

/// <summary>Times on the wire: RFC 3339 in UTC with milliseconds and a <c>Z</c>; any RFC 3339 offset is read.</summary>
public sealed class UtcTimeConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc/>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.TryGetDateTimeOffset(out DateTimeOffset time)
            ? time.ToUniversalTime()
            : throw new JsonException("must be a time such as \"2026-11-21T14:30:00Z\" (RFC 3339)");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value));

    /// <summary>The text form, for headers and pages too.</summary>
    public static string Format(DateTimeOffset value) =>
        value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
