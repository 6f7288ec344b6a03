using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>The address of the help page.</summary>
internal static class HelpQuery
{
    private const string Page = "/admin/help", Features = "/admin/features/";

    public static string Url(string? tab, string? feature) => LocalPath.With(Page, ("for", tab), ("feature", feature));

    /// <summary>Help about the feature whose page this is.</summary>
    public static string From(HttpRequest request)
    {
        string path = request.Path.Value ?? "";
        if (path == Page)
            return Page;
        string name = path == "/admin/feature" ? request.Query["name"].ToString() : path.StartsWith(Features, StringComparison.Ordinal) ? path[Features.Length..] : request.Query["feature"].ToString();
        return Url(null, name.Length is > 0 and <= 255 ? name : null);
    }
}
