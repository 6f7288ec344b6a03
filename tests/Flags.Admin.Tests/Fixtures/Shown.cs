namespace Flags.Admin.Tests;

/// <summary>Patterns of what a page shows.</summary>
internal static class Shown
{
    /// <summary>A time in UTC: of today as <c>23:58:10 UTC</c>, of another day with its date, as what ends after midnight.</summary>
    public const string Utc = @"(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d UTC";
}
