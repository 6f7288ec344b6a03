using System.Text.Json;

namespace Flags.Admin;

/// <summary>Reads <c>plan=free; age=30</c>: a value that is JSON is that value, anything else is a text.</summary>
internal static class PropertyText
{
    public static IReadOnlyDictionary<string, JsonElement> Read(string? text)
    {
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (string part in (text ?? "").Split([';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=');
            string name = (equals < 0 ? part : part[..equals]).Trim();
            if (name.Length > 0)
                properties[name] = Value(equals < 0 ? "true" : part[(equals + 1)..].Trim());
        }

        return properties;
    }

    private static JsonElement Value(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}
