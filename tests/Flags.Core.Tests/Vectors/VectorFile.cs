using System.Text.Json;

namespace Flags.Core.Tests;

/// <summary>What Flipper 1.4.2 answered; a JSON number with a point or an exponent is a double, any other an integer.</summary>
internal static class VectorFile
{
    public static JsonElement Root { get; } =
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Vectors", "flipper-vectors.json"))).RootElement;

    /// <summary>A list by its path, for example <c>feature_enabled.vectors</c>.</summary>
    public static JsonElement[] List(string path)
    {
        var list = Root;
        foreach (var name in path.Split('.'))
            list = list.GetProperty(name);
        return [.. list.EnumerateArray()];
    }

    /// <summary>One row a vector: its number, and its text for whoever reads the test's name.</summary>
    public static TheoryData<int, string> Rows(string path)
    {
        var rows = new TheoryData<int, string>();
        foreach (var (vector, i) in List(path).Select((vector, i) => (vector, i)))
            rows.Add(i, vector.GetRawText());
        return rows;
    }

    public static string? TextOrNull(this JsonElement vector, string name) =>
        vector.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;

    public static bool Bool(this JsonElement vector, string name) => vector.GetProperty(name).GetBoolean();
}
