using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Flags.Core;

namespace Flags.Store;

/// <summary>How requests are read: an unknown, repeated, missing or null member is an error, since a typo in <c>ttl</c> must not be ignored.</summary>
public static class StrictJson
{
    public static FlagsJson Context { get; } = new(Options(new ExpressionConverter()));

    /// <summary>For our own export: also what other APIs accept.</summary>
    internal static FlagsJson Import { get; } = new(Options(new ImportedExpressions()));

    public static JsonDocumentOptions Document { get; } = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <summary>Reads a text whose form is found out later. Texts that are no Unicode are found here: an element throws only where it is used.</summary>
    /// <exception cref="JsonException">See <see cref="Error"/>.</exception>
    public static JsonDocument Parse(byte[] json) => Parse(json, Document);

    /// <summary>The same under other rules: wires of others allow repeated members.</summary>
    /// <inheritdoc cref="Parse(byte[])"/>
    public static JsonDocument Parse(byte[] json, JsonDocumentOptions options)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = options.MaxDepth });
        while (reader.Read())
            ThrowIfNoUnicode(ref reader);
        return JsonDocument.Parse(json, options);
    }

    /// <exception cref="JsonException">The token is a text, and no Unicode.</exception>
    internal static void ThrowIfNoUnicode(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsUnicode(ref reader))
            throw new JsonException($"has a text that is no Unicode, at byte {reader.TokenStartIndex}");
    }

    /// <summary>What was wrong and where, in words for the sender.</summary>
    /// <param name="wrong">What reading threw.</param>
    /// <param name="json">What was read.</param>
    /// <param name="parse">Reads again: it finds the place that a reader of an optional member does not tell.</param>
    public static FieldError Error(JsonException wrong, byte[] json, Func<byte[], object?> parse)
    {
        string place = (wrong.Path ?? "$")[1..];
        if (IsMissing(wrong))
            return new FieldError($"{place}.{wrong.Message.Split('\'')[^2]}".TrimStart('.'), "is missing");
        if (wrong.Message.StartsWith("Duplicate property", StringComparison.Ordinal))
            return new FieldError(place.Length > 0 ? place.TrimStart('.') : wrong.Message.Split('\'')[1], "is there twice");
        if (!place.StartsWith('.'))
            place = Refused(json, parse) + place;
        return new FieldError(place.Length > 0 ? place.TrimStart('.') : "body", Words(wrong.Message));
    }

    /// <summary>Whether a value has the right form and cannot be, such as a percentage of 101: then a converter of ours threw.</summary>
    public static bool IsValueRefused(JsonException wrong) => wrong.Source == typeof(Percentage).Assembly.GetName().Name;

    /// <summary>The member that is refused also when it is alone; empty when the text is malformed or no object.</summary>
    private static string Refused(byte[] json, Func<byte[], object?> parse)
    {
        try
        {
            using JsonDocument whole = JsonDocument.Parse(json, Document);
            return whole.RootElement.ValueKind == JsonValueKind.Object
                ? whole.RootElement.EnumerateObject().Where(member => IsRefused(member, parse)).Select(member => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8PropertyName(member))).FirstOrDefault("") : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static bool IsRefused(JsonProperty member, Func<byte[], object?> parse)
    {
        try
        {
            return parse([.. "{\""u8, .. JsonMarshal.GetRawUtf8PropertyName(member), .. "\":"u8, .. JsonMarshal.GetRawUtf8Value(member.Value), .. "}"u8]) is null;
        }
        catch (JsonException alone)
        {
            return !IsMissing(alone);
        }
    }

    private static JsonSerializerOptions Options(JsonConverter<Expression> expressions)
    {
        var options = new JsonSerializerOptions(FlagsJson.Default.Options)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            Converters = { new StrictTexts(), new StrictElements() },
        };
        // The first that fits converts.
        options.Converters.Insert(0, expressions);
        return options;
    }

    private static bool IsMissing(JsonException wrong) => wrong.Message.Contains("missing required properties", StringComparison.Ordinal);

    private static bool IsUnicode(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return Utf8.IsValid(reader.ValueSpan);
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static string Words(string message)
    {
        int where = message.IndexOf(" Path: ", StringComparison.Ordinal);
        string text = (where < 0 ? message : message[..where]).TrimEnd('.');
        if (text.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return "is not a member of this request; check the spelling";
        if (text.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return "has the wrong type";
        return text.Contains("null values", StringComparison.Ordinal) ? "must not be null" : text;
    }
}
