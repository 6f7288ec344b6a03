using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Flags.Core;

namespace Flags.Cli;

/// <summary>What a command was asked for, on stdout.</summary>
internal static class Results
{
    public static void Print(string text) => Console.Out.Write(text.EndsWith('\n') ? text : text + "\n");

    public static void Print<T>(T value, JsonTypeInfo<T> type)
    {
        using Stream stdout = Console.OpenStandardOutput();
        var writing = new JsonWriterOptions { Indented = true, Encoder = type.Options.Encoder };
        using (var writer = new Utf8JsonWriter(stdout, writing))
            JsonSerializer.Serialize(writer, value, type);
        stdout.Write("\n"u8);
    }

    /// <summary>Wire records as the server sends them, with the names as they are.</summary>
    public static FlagsJson Json => FlagsJson.Relaxed;
}
