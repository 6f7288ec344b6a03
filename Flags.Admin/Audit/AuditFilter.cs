using System.Globalization;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>What the audit page shows: all of it is in the address. A day given as <c>to</c> is shown whole.</summary>
internal sealed record AuditFilter(string Who, string What, string Feature, string From, string To, string Cursor)
{
    public const int PageSize = 50;

    public static readonly IReadOnlyList<(string Value, string Label)> Kinds =
    [
        ("feature", "Features"), ("feature.enable", "Turned on"), ("feature.disable", "Turned off"), ("feature.create", "Created"), ("feature.delete", "Deleted"), ("feature.revert", "Reverted"),
        ("hold", "Holds"), ("hold.force", "Forced holds"), ("workers", "Workers"), ("claim", "Claims"), ("key", "Keys"), ("person", "People"),
    ];

    private const string Day = "yyyy-MM-dd";

    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", Day];

    public static AuditFilter Read(IQueryCollection query) =>
        new(Text(query["who"]), Text(query["what"]), Text(query["feature"]), Text(query["from"]), Text(query["to"]), Text(query["cursor"]));

    public bool IsFiltered => Who.Length + What.Length + Feature.Length + From.Length + To.Length > 0;

    /// <summary>Whether the newest rows are shown, so that it changes by itself.</summary>
    public bool IsNewest => Cursor.Length == 0;

    public static bool IsDay(string time) => DateOnly.TryParseExact(time, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>The query, or what is wrong with each field.</summary>
    public (AuditQuery? Query, IReadOnlyList<FieldError> Errors) Query()
    {
        var errors = new List<FieldError>();
        var query = new AuditQuery
        {
            Who = Some(Who),
            What = Some(What),
            Feature = Some(Feature),
            From = Time("from", From, errors),
            To = Time("to", Until, errors),
            Before = Cursor.Length == 0 ? null : long.TryParse(Cursor, out long before) ? before : long.MaxValue,
            Limit = PageSize,
        };
        return errors.Count == 0 ? (query, []) : (null, errors);
    }

    /// <summary>The address with only one person's or key's rows.</summary>
    public string Of(string who) => (this with { Who = who, Cursor = "" }).Url(null);

    public string Url(string? cursor) => With("/admin/audit", cursor);

    /// <summary>The same list by REST.</summary>
    public string Curl(string address) =>
        $"curl -fsS {HelpBlocks.Auth} {Shell.Word(With(address + "/api/v1/audit", Some(Cursor), Until))}";

    /// <summary>REST's <c>to</c> is the first moment that is not wanted.</summary>
    private string Until => DateOnly.TryParseExact(To, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day) && day < DateOnly.MaxValue
        ? day.AddDays(1).ToString(Day, CultureInfo.InvariantCulture) : To;

    private string With(string path, string? cursor, string? to = null) => LocalPath.With(path,
        ("who", Some(Who)), ("what", Some(What)), ("feature", Some(Feature)), ("from", Some(From)), ("to", Some(to ?? To)), ("cursor", cursor));

    private static DateTimeOffset? Time(string field, string text, List<FieldError> errors)
    {
        if (text.Length == 0)
            return null;
        if (DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            return time;
        errors.Add(new FieldError(field, $"\"{text}\" is no date; enter it as 2027-01-31"));
        return null;
    }

    /// <summary>PostgreSQL has no U+0000; nothing is called so.</summary>
    private static string Text(string? value) => (value ?? "").Replace("\0", "\ufffd", StringComparison.Ordinal).Trim();

    private static string? Some(string text) => text.Length > 0 ? text : null;
}
