using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Why a context was refused, in OFREP's words.</summary>
internal sealed record OfrepFault(int Status, string? Code, string Details);

/// <summary>Whom an evaluation is for: the targeting key is the actor's id, every member a property.</summary>
/// <param name="Actor">The actor; without a targeting key one without an id.</param>
/// <param name="Body">The bytes it came in.</param>
/// <param name="Document">Where the actor's properties are.</param>
internal sealed record OfrepContext(Actor Actor, byte[] Body, JsonDocument Document) : IDisposable
{
    public const int MostBytes = 256 * 1024;

    private const string TargetingKey = "targetingKey";

    private static readonly JsonDocumentOptions Json = new() { MaxDepth = 32 };

    private static readonly Dictionary<string, JsonElement> NoProperties = [];

    public static async ValueTask<(OfrepContext?, OfrepFault?)> ReadAsync(HttpContext context)
    {
        WireBody body = await WireBody.ReadAsync(context, MostBytes);
        return body.Fault switch
        {
            BodyFault.TooLarge => (null, new OfrepFault(413, null, $"The body has more than {MostBytes} bytes; send fewer attributes.")),
            BodyFault.UnknownEncoding => (null, new OfrepFault(415, null, "Content-Encoding may be gzip or nothing.")),
            BodyFault.BrokenEncoding => (null, new OfrepFault(400, "PARSE_ERROR", "The body is no gzip.")),
            _ => Parse(body.Bytes),
        };
    }

    private static (OfrepContext?, OfrepFault?) Parse(byte[] bytes)
    {
        try
        {
            JsonDocument document = StrictJson.Parse(bytes, Json);
            (Actor? actor, OfrepFault? fault) = Read(document.RootElement);
            if (actor is not null)
                return (new OfrepContext(actor, bytes, document), null);
            document.Dispose();
            return (null, fault);
        }
        catch (JsonException malformed)
        {
            return (null, new OfrepFault(400, "PARSE_ERROR", malformed.Message));
        }
    }

    public void Dispose() => Document.Dispose();

    private static (Actor?, OfrepFault?) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            return (null, Invalid("The body must be an object with the member context."));
        if (!body.TryGetProperty("context", out JsonElement context) || context.ValueKind == JsonValueKind.Null)
            return (new Actor(null, NoProperties), null);
        if (context.ValueKind != JsonValueKind.Object)
            return (null, Invalid("context must be an object."));
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (JsonProperty member in context.EnumerateObject())
            properties[member.Name] = member.Value;
        if (!properties.TryGetValue(TargetingKey, out JsonElement key) || key.ValueKind == JsonValueKind.Null)
            return (new Actor(null, properties), null);
        if (key.ValueKind != JsonValueKind.String)
            return (null, Invalid("context.targetingKey must be a text."));
        string id = key.GetString()!;
        return id.Length > Limits.ActorIdLength ? (null, Invalid($"context.targetingKey has {id.Length} characters; at most {Limits.ActorIdLength} are allowed."))
            : (new Actor(id, properties), null);
    }

    private static OfrepFault Invalid(string details) => new(400, "INVALID_CONTEXT", details);
}
