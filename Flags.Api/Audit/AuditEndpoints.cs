using System.Globalization;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Who did what.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder api) =>
        api.MapRead("/audit", ListAsync).Needs(Permissions.Read).Produces<AuditList>().WithName("listAudit").WithSummary("Every change of features, keys and people, newest first")
            .Takes(new QueryParameter("who", "A key's or person's name or id."), new QueryParameter("what", "Such as feature.enable, or feature for all of them."), new QueryParameter("feature", "The feature's own rows and those of holds on it."),
                new QueryParameter("from", "Not before this time, RFC 3339."), new QueryParameter("to", "Before this time, RFC 3339."), QueryParameter.Limit, QueryParameter.Cursor);

    private static async Task<IResult> ListAsync(HttpContext context, AuditStore audit)
    {
        var errors = new List<FieldError>();
        HttpRequest request = context.Request;
        var query = new AuditQuery
        {
            Who = Text(request, "who", errors),
            What = Text(request, "what", errors),
            Feature = Text(request, "feature", errors),
            From = Time(request, "from", errors),
            To = Time(request, "to", errors),
            Before = Query.Cursor(request, errors),
            Limit = Query.Limit(request, errors),
        };
        if (errors.Count > 0)
            return Query.Refuse(errors);
        Caller caller = context.Caller();
        // Rows of other names, keys and people are not for a key that is limited to some features.
        if (caller.Pattern is not null && (query.Feature is null || !caller.Sees(query.Feature)))
            return ProblemResult.Of(Problems.OutsidePattern(caller, query.Feature ?? "*"));
        AuditList list = await audit.ListAsync(query, context.RequestAborted);
        if (caller.Pattern is not null)
            list = list with { Audit = [.. list.Audit.Select(entry => WithoutOthers(entry, query.Feature!))] };
        return new JsonResult<AuditList>(list, FlagsJson.Relaxed.AuditList) { Link = Query.Next(request, list.NextCursor) };
    }

    /// <summary>A hold on several features names them all.</summary>
    private static AuditEntry WithoutOthers(AuditEntry entry, string feature) => entry.What.StartsWith("hold.", StringComparison.Ordinal) ? entry with { Target = feature } : entry;

    private static string? Text(HttpRequest request, string name, List<FieldError> errors)
    {
        string text = request.Query[name].ToString();
        if (text.Contains('\0', StringComparison.Ordinal))
            errors.Add(new(name, "must not contain U+0000"));
        return text.Length > 0 ? text : null;
    }

    private static DateTimeOffset? Time(HttpRequest request, string name, List<FieldError> errors)
    {
        if (Text(request, name, errors) is not { } text)
            return null;
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            return time;
        errors.Add(new(name, "must be a time such as 2026-11-21T14:30:00Z (RFC 3339)"));
        return null;
    }
}
