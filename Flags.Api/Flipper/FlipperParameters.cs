using System.Text;
using System.Text.Json;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Flags.Api;

/// <summary>The parameters of a write: its query, and over it its body, which is read by its media type.</summary>
/// <param name="Texts">Scalars as text; null is missing, as are lists and objects.</param>
/// <param name="Json">The body when it is a JSON object.</param>
/// <param name="Error">Why nothing was read.</param>
internal sealed record FlipperParameters(Dictionary<string, string?> Texts, JsonElement? Json, FlipperError? Error)
{
    public const int MostBytes = 256 * 1024;

    /// <summary>Expressions are limited by themselves, and told so: their functions may be too deep without the text being.</summary>
    private const int Depth = 32, ExpressionDepth = 64;

    public string? Text(string name) => Texts.GetValueOrDefault(name);

    public static async Task<FlipperParameters> ReadAsync(HttpContext context, FlipperTarget target)
    {
        if (!RackQuery.TryParse(target.Query, out RackQuery? query))
            return Refused(FlipperError.Invalid);
        var texts = new Dictionary<string, string?>(StringComparer.Ordinal);
        Add(texts, query);
        string? type = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? media) ? media.MediaType.Value?.ToLowerInvariant() : context.Request.ContentType;
        bool isForm = type is "application/x-www-form-urlencoded" or "multipart/form-data" || (string.IsNullOrEmpty(type) && HttpMethods.IsPost(context.Request.Method));
        if (!isForm && type != "application/json")
            return new FlipperParameters(texts, null, null);
        WireBody body = await WireBody.ReadAsync(context, MostBytes);
        if (FlipperError.Of(body.Fault, MostBytes) is { } fault)
            return Refused(fault);
        if (type == "application/json")
            return ReadJson(texts, body.Bytes, target.Gate == "expression" ? ExpressionDepth : Depth);
        bool read = type == "multipart/form-data" ? await TryReadPartsAsync(texts, body.Bytes, media!, context.RequestAborted) : TryReadForm(texts, body.Bytes);
        return read ? new FlipperParameters(texts, null, null) : Refused(FlipperError.Invalid);
    }

    private static FlipperParameters ReadJson(Dictionary<string, string?> texts, byte[] bytes, int depth)
    {
        if (bytes.Length == 0)
            return new FlipperParameters(texts, null, null);
        try
        {
            using JsonDocument document = StrictJson.Parse(bytes, new JsonDocumentOptions { MaxDepth = depth });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return Refused(FlipperError.Invalid);
            foreach (JsonProperty member in document.RootElement.EnumerateObject())
            {
                string? text = TextOf(member.Value);
                if (text is null && member.Value.ValueKind == JsonValueKind.Number)
                    return Refused(FlipperError.Invalid);
                texts[member.Name] = text;
            }

            return new FlipperParameters(texts, document.RootElement.Clone(), null);
        }
        catch (JsonException)
        {
            return Refused(FlipperError.Invalid);
        }
    }

    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => NumberText.FromLiteral(value.GetRawText()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    private static bool TryReadForm(Dictionary<string, string?> texts, byte[] bytes)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes) || !RackQuery.TryParse(Encoding.UTF8.GetString(bytes), out RackQuery? form))
            return false;
        Add(texts, form);
        return true;
    }

    /// <summary>Parts with a file name are files, which no parameter is.</summary>
    private static async Task<bool> TryReadPartsAsync(Dictionary<string, string?> texts, byte[] bytes, MediaTypeHeaderValue media, CancellationToken cancellation)
    {
        string boundary = HeaderUtilities.RemoveQuotes(media.Boundary).ToString();
        if (boundary.Length is 0 or > 70)
            return false;
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(bytes));
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (section.AsFormDataSection() is { } part)
                    texts[part.Name] = await part.GetValueAsync(cancellation);
            }

            return true;
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            return false;
        }
    }

    private static void Add(Dictionary<string, string?> texts, RackQuery query)
    {
        foreach ((string name, RackParameter parameter) in query.Parameters)
            texts[name] = parameter.Shape == RackShape.Scalar ? parameter.Values[^1].Text : null;
    }

    private static FlipperParameters Refused(FlipperError error) => new([], null, error);
}
