using Flags.Core;
using Flags.Store;
using Microsoft.Net.Http.Headers;

namespace Flags.Api;

/// <summary>Reads <c>If-Match</c>, <c>If-None-Match</c>, <c>Flags-Reason</c>, <c>Flags-Confirm</c>.</summary>
internal static class Preconditions
{
    public static bool IsNotModified(HttpRequest request, string etag)
    {
        string header = request.Headers.IfNoneMatch.ToString();
        if (header.Length == 0)
            return false;
        if (header == etag)
            return true;
        return EntityTagHeaderValue.TryParseList([header], out IList<EntityTagHeaderValue>? tags)
            && tags.Any(tag => tag.Tag == "*" || tag.Tag == etag);
    }

    /// <summary>What goes with a write; a header that cannot be read refuses it, since ignoring it could overwrite.</summary>
    public static bool TryRead(HttpRequest request, string? bodyReason, out WriteOptions options, out Problem? problem)
    {
        options = WriteOptions.None;
        problem = null;
        if (!TryReadTags(request, out IReadOnlyList<FeatureTag>? tags))
            problem = Wrong("If-Match", "must be an ETag of the feature such as \"12-12\", its version, or *");
        else if (!TryUnescape(request.Headers["Flags-Reason"].ToString(), out string? reason))
            problem = Wrong("Flags-Reason", "must be percent-encoded UTF-8");
        else if (!TryReadNames(request, out IReadOnlyCollection<string> confirmed))
            problem = Wrong("Flags-Confirm", "must be percent-encoded names, separated by commas");
        else
            options = new WriteOptions { IfMatch = tags, Reason = !string.IsNullOrEmpty(bodyReason) ? bodyReason : reason.Length > 0 ? reason : null, Confirmed = confirmed };
        return problem is null;
    }

    private static bool TryReadTags(HttpRequest request, out IReadOnlyList<FeatureTag>? tags)
    {
        tags = null;
        string header = request.Headers.IfMatch.ToString();
        if (!request.Headers.ContainsKey("If-Match") || header.Trim() == "*")
            return true;
        var read = new List<FeatureTag>();
        foreach (string part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            string text = part.StartsWith('"') && part.EndsWith('"') && part.Length > 1 ? part[1..^1] : part;
            string[] numbers = text.Split('-');
            long seen = 0;
            if (numbers.Length > 2 || !long.TryParse(numbers[0], out long version) || (numbers.Length == 2 && !long.TryParse(numbers[1], out seen)))
                return false;
            read.Add(new FeatureTag(version, numbers.Length == 2 ? seen : null));
        }

        tags = read;
        return true;
    }

    private static bool TryReadNames(HttpRequest request, out IReadOnlyCollection<string> names)
    {
        var read = new HashSet<string>(StringComparer.Ordinal);
        names = read;
        foreach (string part in request.Headers["Flags-Confirm"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!TryUnescape(part, out string? name))
                return false;
            read.Add(name);
        }

        return true;
    }

    private static bool TryUnescape(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? unescaped) =>
        RawName.TryDecode(text, out unescaped);

    private static Problem Wrong(string header, string message) => Problems.Invalid("Correct the header and send it again.", new FieldError(header, message)) with { Status = 400 };
}
