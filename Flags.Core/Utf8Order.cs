namespace Flags.Core;

/// <summary>
/// The order of the UTF-8 bytes of two strings, which is PostgreSQL's <c>COLLATE "C"</c>. C#'s ordinal order differs from it where
/// U+E000 to U+FFFF meets a character beyond U+FFFF.
/// </summary>
public sealed class Utf8Order : IComparer<string>
{
    private Utf8Order()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static Utf8Order Instance { get; } = new();

    /// <summary>The members once each, in this order. Null members are left out, null is the empty list; a list that is so already costs no sorting.</summary>
    public static IReadOnlyList<string> Normalize(IEnumerable<string>? values)
    {
        var sorted = values switch
        {
            null => [],
            string[] array => (string[])array.Clone(),
            _ => values.ToArray(),
        };
        if (IsNormalized(sorted))
            return sorted;
        var members = Array.FindAll(sorted, static value => value is not null);
        Array.Sort(members, Instance);
        var count = 0;
        foreach (var value in members)
        {
            if (count == 0 || !string.Equals(members[count - 1], value, StringComparison.Ordinal))
                members[count++] = value;
        }
        return members[..count];
    }

    /// <summary>Negative, zero or positive as <paramref name="x"/> comes before, with or after <paramref name="y"/>; null comes first.</summary>
    public int Compare(string? x, string? y)
    {
        if (x is null || y is null)
            return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var same = x.AsSpan().CommonPrefixLength(y);
        if (same == x.Length || same == y.Length)
            return x.Length.CompareTo(y.Length);
        return Weight(x[same]) - Weight(y[same]);
    }

    // Surrogates stand for characters above U+FFFF, so they must weigh more than U+E000 to U+FFFF.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;

    private static bool IsNormalized(string?[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is null || (i > 0 && Instance.Compare(values[i - 1], values[i]) >= 0))
                return false;
        }
        return true;
    }
}
