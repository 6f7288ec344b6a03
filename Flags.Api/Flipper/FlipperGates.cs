using Flags.Core;

namespace Flags.Api;

/// <summary>What each of Flipper's writes makes of the stored gates.</summary>
internal static class FlipperGates
{
    /// <summary>Enable and disable wipe the other gates; deny lists, which Flipper does not know, stay.</summary>
    public static Gates Switch(Gates gates, bool on) => Gates.Empty with { Boolean = on, DeniedActors = gates.DeniedActors, DeniedGroups = gates.DeniedGroups };

    /// <summary>Adds or removes one member; the other gates stay, also while the boolean one is open.</summary>
    /// <param name="gates">The stored ones.</param>
    /// <param name="word">Which set.</param>
    /// <param name="member">An id or a group's name, as it is.</param>
    /// <param name="add">Whether to add it.</param>
    public static Gates Member(Gates gates, string word, string member, bool add) => word switch
    {
        "actors" => gates with { Actors = With(gates.Actors, member, add) },
        "groups" => gates with { Groups = With(gates.Groups, member, add) },
        "deny_actors" => gates with { DeniedActors = With(gates.DeniedActors, member, add) },
        "deny_groups" => gates with { DeniedGroups = With(gates.DeniedGroups, member, add) },
        _ => throw new ArgumentOutOfRangeException(nameof(word)),
    };

    public static Gates Share(Gates gates, string word, Percentage percentage) => word switch
    {
        "percentage_of_actors" => gates with { PercentageOfActors = percentage },
        "percentage_of_time" => gates with { PercentageOfTime = percentage },
        _ => throw new ArgumentOutOfRangeException(nameof(word)),
    };

    private static IReadOnlyList<string> With(IReadOnlyList<string> members, string member, bool add)
    {
        bool has = members.Contains(member, StringComparer.Ordinal);
        if (has == add)
            return members;
        return add ? [.. members, member] : [.. members.Where(other => !string.Equals(other, member, StringComparison.Ordinal))];
    }
}
