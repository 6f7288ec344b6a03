namespace Flags.Admin;

/// <summary>Light, dark, or as the system says; kept in a cookie, so the first paint is right.</summary>
internal static class Themes
{
    public const string Cookie = "flags-theme", Auto = "auto";

    public static readonly string[] All = [Auto, "light", "dark"];

    public static string After(string theme) => All[(Array.IndexOf(All, theme) + 1) % All.Length];

    public static string Words(string theme) => theme == Auto ? "automatic" : theme;
}
