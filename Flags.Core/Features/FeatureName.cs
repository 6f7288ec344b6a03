using System.Text;

namespace Flags.Core;

/// <summary>The names of features. Case, composition, inner spaces, <c>/</c> and <c>,</c> are kept.</summary>
public static class FeatureName
{
    /// <summary>255 characters (Unicode code points, as Ruby and PostgreSQL count them).</summary>
    public const int MaxLength = 255;

    // First and last code point of what nobody can see: controls, joiners, directions, variation selectors, fillers, tags.
    private static readonly (int First, int Last)[] _invisible =
    [
        (0x0, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
        (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>
    /// The name as it is created by our API, the pages and Flipper's <c>POST /features</c>: without invisible characters, then without white
    /// space at its ends. Gate routes and import take names as they are.
    /// </summary>
    public static string Normalize(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var kept = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length;)
        {
            var (codePoint, length) = Rune.TryGetRuneAt(name, i, out var rune) ? (rune.Value, rune.Utf16SequenceLength) : (name[i], 1);
            if (!IsInvisible(codePoint))
                kept.Append(name, i, length);
            i += length;
        }
        return kept.ToString().Trim();
    }

    /// <summary>Null when the name is valid: 1 to 255 characters, no U+0000, no half of a surrogate pair. Else a sentence that states the limit.</summary>
    public static string? Problem(string normalizedName)
    {
        ArgumentNullException.ThrowIfNull(normalizedName);
        var length = 0;
        for (var i = 0; i < normalizedName.Length; length++)
        {
            if (normalizedName[i] == '\0')
                return "A feature's name cannot contain U+0000.";
            if (!Rune.TryGetRuneAt(normalizedName, i, out var rune))
                return "A feature's name must be valid Unicode text; this one has half of a surrogate pair.";
            i += rune.Utf16SequenceLength;
        }
        return length is >= 1 and <= MaxLength ? null : $"A feature's name has 1 to {MaxLength} characters; this one has {length}.";
    }

    private static bool IsInvisible(int codePoint)
    {
        foreach (var (first, last) in _invisible)
        {
            if (codePoint < first)
                return false;
            if (codePoint <= last)
                return true;
        }
        return false;
    }
}
