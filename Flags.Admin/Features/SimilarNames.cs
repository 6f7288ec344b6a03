namespace Flags.Admin;

/// <summary>Names that somebody may have meant: within a few typing errors, or containing what was typed.</summary>
internal static class SimilarNames
{
    private const int Most = 3, LongestCompared = 64;

    public static IReadOnlyList<string> Of(IEnumerable<string> names, string typed)
    {
        string wanted = typed.ToUpperInvariant();
        if (wanted.Length is < 2 or > LongestCompared)
            return [];
        int allowed = Math.Max(1, wanted.Length / 3);
        return [.. names.Where(name => name.Length <= LongestCompared)
            .Select(name => (name, distance: Distance(name.ToUpperInvariant(), wanted)))
            .Where(n => n.distance <= allowed || n.name.Contains(typed, StringComparison.OrdinalIgnoreCase))
            .OrderBy(n => n.distance).ThenBy(n => n.name, StringComparer.Ordinal).Take(Most).Select(n => n.name)];
    }

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
            row[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
