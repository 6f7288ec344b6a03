using Flags.Core;

namespace Flags.Store;

/// <summary>Permissions as the words of the wire.</summary>
public static class PermissionNames
{
    private static readonly Permissions[] All =
        [Permissions.Evaluate, Permissions.Read, Permissions.Write, Permissions.Lease, Permissions.Hold, Permissions.Claim, Permissions.Worker, Permissions.Admin];

    public static IReadOnlyList<string> Words { get; } = [.. All.Select(Name)];

    public static string Name(Permissions single) => single.ToString().ToLowerInvariant();

    public static IReadOnlyList<string> Of(Permissions permissions) => [.. All.Where(p => (permissions & p) != 0).Select(Name)];

    /// <summary>Null when a word is none of <see cref="Words"/>; the words are case-sensitive.</summary>
    public static Permissions? Parse(IEnumerable<string> words)
    {
        var permissions = Permissions.None;
        foreach (string word in words)
        {
            int index = Words.ToList().IndexOf(word);
            if (index < 0)
                return null;
            permissions |= All[index];
        }

        return permissions;
    }
}
