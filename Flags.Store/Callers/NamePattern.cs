namespace Flags.Store;

/// <summary>Patterns such as <c>jobs_*</c>: <c>*</c> stands for any characters, also none; everything else for itself.</summary>
public static class NamePattern
{
    public const int MaxLength = 255;

    /// <summary>Linear in the name for each star: the last star takes one more character when the rest does not fit.</summary>
    public static bool Matches(string pattern, string name)
    {
        int p = 0, n = 0, star = -1, resume = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = n;
            }
            else if (p < pattern.Length && pattern[p] == name[n])
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    /// <summary>Whether every name of <paramref name="inner"/> is one of <paramref name="outer"/>: a key mints none wider than itself.</summary>
    /// <remarks>Treating the inner stars as ordinary characters that only an outer star can match is exact for one-star patterns and refuses, never grants, beyond.</remarks>
    public static bool Contains(string? outer, string? inner) =>
        outer is null || (inner is not null && Matches(outer, inner));
}
