using System.Text.Json;
using Flags.Core;

namespace Flags.Store;

/// <summary>What Flipper's API lists (<c>GET /features</c>), as the export that the same Flipper would write: so a running Flipper is imported with two calls.</summary>
internal static class FlipperList
{
    /// <summary>Our own export says that it is one; Flipper's features have a key where ours have a name. An empty list could be anything.</summary>
    public static bool Is(JsonElement body, JsonElement features) =>
        !body.TryGetProperty("format", out _) && features.GetArrayLength() > 0 && features.EnumerateArray().All(f => f.ValueKind == JsonValueKind.Object && f.TryGetProperty("key", out _));

    /// <summary>The <c>features</c> of an export.</summary>
    public static JsonElement ToExport(JsonElement features, List<FieldError> errors)
    {
        using var buffer = new MemoryStream();
        using (var export = new Utf8JsonWriter(buffer))
        {
            export.WriteStartObject();
            int index = 0;
            foreach (JsonElement feature in features.EnumerateArray())
                Write(export, feature, $"features[{index++}]", errors);
            export.WriteEndObject();
        }

        using JsonDocument document = JsonDocument.Parse(buffer.ToArray());
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter export, JsonElement feature, string path, List<FieldError> errors)
    {
        if (feature.GetProperty("key").ValueKind != JsonValueKind.String)
        {
            errors.Add(new(path + ".key", "must be a text"));
            return;
        }

        export.WriteStartObject(feature.GetProperty("key").GetString()!);
        if (!feature.TryGetProperty("gates", out JsonElement gates) || gates.ValueKind != JsonValueKind.Array)
            errors.Add(new(path + ".gates", "is missing; ask for the list without exclude_gates"));
        else
            WriteGates(export, gates, path + ".gates", errors);
        export.WriteEndObject();
    }

    private static void WriteGates(Utf8JsonWriter export, JsonElement gates, string path, List<FieldError> errors)
    {
        foreach (JsonElement gate in gates.EnumerateArray())
        {
            if (gate.ValueKind != JsonValueKind.Object || !gate.TryGetProperty("key", out JsonElement key) || key.ValueKind != JsonValueKind.String || !gate.TryGetProperty("value", out JsonElement value))
            {
                errors.Add(new(path, "must be gates with a key and a value"));
                return;
            }

            export.WritePropertyName(key.GetString()!);
            value.WriteTo(export);
        }
    }
}
