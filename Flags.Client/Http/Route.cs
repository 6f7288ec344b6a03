using System.Globalization;
using System.Text;
using Flags.Core;

namespace Flags.Client;

/// <summary>Paths and queries, escaped once: what goes in arrives at the server character for character.</summary>
internal static class Route
{
    private const string Root = "/api/v1";

    public static string Of(string rest) => Root + rest;

    public static string Feature(string name, string rest = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        if (FeatureName.Problem(name) is { } problem)
            throw new ArgumentException(problem, nameof(name));
        return $"{Root}/features/{Segment(name)}{rest}";
    }

    public static string Key(string id, string rest = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"{Root}/keys/{Segment(id)}{rest}";
    }

    public static string Claim(string key, string rest = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return $"{Root}/claims/{Segment(key)}{rest}";
    }

    public static string Worker(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return $"{Root}/workers/{Segment(id)}";
    }

    /// <summary>Dots are never escaped by the framework, and a segment of nothing but dots means another path.</summary>
    private static string Segment(string text) => text is "." or ".." ? text.Replace(".", "%2E", StringComparison.Ordinal) : Uri.EscapeDataString(text);

    /// <summary>Adds the parameters that are not null.</summary>
    public static string Query(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new StringBuilder(path);
        char before = '?';
        foreach ((string name, string? value) in parameters)
        {
            if (value is null)
                continue;
            text.Append(before).Append(name).Append('=').Append(Uri.EscapeDataString(value));
            before = '&';
        }

        return text.ToString();
    }

    public static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    public static string? Time(DateTimeOffset? time) => time is { } at ? UtcTimeConverter.Format(at) : null;
}
