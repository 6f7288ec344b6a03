using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Query parameters, with errors that name them.</summary>
internal static class Query
{
    public const int MostRows = 200, Rows = 50;

    /// <summary><c>limit</c>, 1 to 200, default 50.</summary>
    public static int Limit(HttpRequest request, List<FieldError> errors)
    {
        if (!request.Query.TryGetValue("limit", out var text))
            return Rows;
        if (int.TryParse(text, out int limit) && limit is >= 1 and <= MostRows)
            return limit;
        errors.Add(new("limit", $"must be from 1 to {MostRows}"));
        return Rows;
    }

    /// <summary>A number given back from <c>nextCursor</c>.</summary>
    public static long? Cursor(HttpRequest request, List<FieldError> errors)
    {
        if (!request.Query.TryGetValue("cursor", out var text))
            return null;
        if (long.TryParse(text, out long cursor))
            return cursor;
        errors.Add(new("cursor", "must be the nextCursor of the page before"));
        return null;
    }

    public static bool Flag(HttpRequest request, string name, List<FieldError> errors)
    {
        string text = request.Query[name].ToString();
        if (text is "" or "true" or "false")
            return text == "true";
        errors.Add(new(name, "must be true or false"));
        return false;
    }

    public static ProblemResult Refuse(List<FieldError> errors) =>
        ProblemResult.Of(Problems.Invalid("Correct the query and send it again.", errors) with { Status = 400 });

    /// <summary>The address of the next page, as a <c>Link</c> header.</summary>
    public static string? Next(HttpRequest request, string? cursor)
    {
        if (cursor is null)
            return null;
        IEnumerable<string> kept = request.Query.Where(p => p.Key != "cursor").SelectMany(p => p.Value.Select(v => $"{Uri.EscapeDataString(p.Key)}={Uri.EscapeDataString(v ?? "")}"));
        return $"<{RawName.RawPath(request.HttpContext)}?{string.Join("&", kept.Append("cursor=" + Uri.EscapeDataString(cursor)))}>; rel=\"next\"";
    }
}
