using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Flags.Admin;

/// <summary>Where a form leads back to: only ever a page of this server.</summary>
internal static class LocalPath
{
    public const string Default = "/admin/features";

    /// <summary>The path if it is one of ours, otherwise the list of features. Backslashes and control characters are what browsers read as another host.</summary>
    public static string Checked(string? back)
    {
        bool local = back is not null && back.StartsWith("/admin", StringComparison.Ordinal) && (back.Length == 6 || back[6] is '/' or '?' or '#')
            && back.Length <= 4_000 && !back.StartsWith("/admin/do/", StringComparison.Ordinal) && !back.Any(c => c == '\\' || char.IsControl(c));
        return local ? back! : Default;
    }

    /// <summary>The path with other values in its query; null takes a value out.</summary>
    public static string With(string path, params ReadOnlySpan<(string Name, string? Value)> values)
    {
        int hash = path.IndexOf('#');
        string fragment = hash < 0 ? "" : path[hash..];
        string whole = hash < 0 ? path : path[..hash];
        int mark = whole.IndexOf('?');
        Dictionary<string, StringValues> query = mark < 0 ? [] : QueryHelpers.ParseQuery(whole[mark..]);
        foreach ((string name, string? value) in values)
        {
            query.Remove(name);
            if (value is not null)
                query[name] = value;
        }

        return (mark < 0 ? whole : whole[..mark]) + new QueryBuilder(query).ToQueryString() + fragment;
    }

    /// <summary>A feature's page. Browsers and servers change dots, slashes and escapes in paths, so other names travel in the query.</summary>
    public static string OfFeature(string name) => IsPlain(name) ? $"/admin/features/{name}" : $"/admin/feature?name={Uri.EscapeDataString(name)}";

    private static bool IsPlain(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '~' or '-') && name.Any(c => c != '.');
}
