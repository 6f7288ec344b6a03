using System.Text.Json;
using System.Text.Json.Serialization;

namespace Flags.Store;

/// <summary>Members of requests whose form is found out later: a text in them that is no Unicode is refused at once, not where it is used.</summary>
internal sealed class StrictElements : JsonConverter<JsonElement>
{
    public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Utf8JsonReader texts = reader;
        int depth = texts.CurrentDepth;
        do
            StrictJson.ThrowIfNoUnicode(ref texts);
        while ((texts.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray || texts.CurrentDepth > depth) && texts.Read());
        return JsonElement.ParseValue(ref reader);
    }

    public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are only read.");
}
