using System.Text.Json;
using System.Text.Json.Serialization;
using Flags.Core;

namespace Flags.Store;

/// <summary>How requests are read: an unknown or repeated member is an error, since a typo in <c>ttl</c> must not be ignored.</summary>
public static class StrictJson
{
    public static FlagsJson Context { get; } = new(new JsonSerializerOptions(FlagsJson.Default.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    });

    public static JsonDocumentOptions Document { get; } = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>What was wrong and where, in words for the sender.</summary>
    public static FieldError Error(JsonException wrong)
    {
        string path = wrong.Path is { Length: > 2 } full ? full[2..] : "body";
        return new FieldError(path, Words(wrong.Message));
    }

    private static string Words(string message)
    {
        int where = message.IndexOf(" Path: ", StringComparison.Ordinal);
        string text = (where < 0 ? message : message[..where]).TrimEnd('.');
        if (text.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return "is not a member of this request; check the spelling";
        if (text.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return "has the wrong type";
        if (text.Contains("missing required properties", StringComparison.Ordinal))
            return "lacks " + text[(text.IndexOf(':') + 1)..].Trim();
        return text;
    }
}
