using Flags.Core;

namespace Flags.Store;

/// <summary>What differs between two contents, and the way back: history keeps differences only, so a revert walks them from the newest.</summary>
internal static class FeatureDifference
{
    /// <summary>Null when nothing differs.</summary>
    public static FeatureChange? Between(FeatureContent before, FeatureContent after)
    {
        Gates a = before.Gates, b = after.Gates;
        var change = new FeatureChange
        {
            Exists = Of(before.Exists, after.Exists),
            Description = Of(before.Description, after.Description),
            Tags = OfSets(before.Tags, after.Tags),
            Owner = Of(before.Owner, after.Owner),
            Limit = Of(before.Limit, after.Limit),
            Protected = Of(before.Protected, after.Protected),
            ExpiresAt = Of(before.ExpiresAt, after.ExpiresAt),
            Boolean = Of(a.Boolean, b.Boolean),
            Expression = Of(a.Expression, b.Expression),
            Actors = OfSets(a.Actors, b.Actors),
            PercentageOfActors = Of(a.PercentageOfActors, b.PercentageOfActors),
            PercentageOfTime = Of(a.PercentageOfTime, b.PercentageOfTime),
            Groups = OfSets(a.Groups, b.Groups),
            DeniedActors = OfSets(a.DeniedActors, b.DeniedActors),
            DeniedGroups = OfSets(a.DeniedGroups, b.DeniedGroups),
        };
        return change == new FeatureChange() ? null : change;
    }

    /// <summary>The content before <paramref name="change"/> led to <paramref name="after"/>.</summary>
    public static FeatureContent Undo(FeatureContent after, FeatureChange change) => new()
    {
        Exists = Before(change.Exists, after.Exists),
        Description = Before(change.Description, after.Description),
        Tags = Before(change.Tags, after.Tags),
        Owner = Before(change.Owner, after.Owner),
        Limit = Before(change.Limit, after.Limit),
        Protected = Before(change.Protected, after.Protected),
        ExpiresAt = Before(change.ExpiresAt, after.ExpiresAt),
        Gates = new Gates
        {
            Boolean = Before(change.Boolean, after.Gates.Boolean),
            Expression = Before(change.Expression, after.Gates.Expression),
            Actors = Before(change.Actors, after.Gates.Actors),
            PercentageOfActors = Before(change.PercentageOfActors, after.Gates.PercentageOfActors),
            PercentageOfTime = Before(change.PercentageOfTime, after.Gates.PercentageOfTime),
            Groups = Before(change.Groups, after.Gates.Groups),
            DeniedActors = Before(change.DeniedActors, after.Gates.DeniedActors),
            DeniedGroups = Before(change.DeniedGroups, after.Gates.DeniedGroups),
        },
    };

    /// <summary>Whether evaluation answers differently somewhere: then the delta feed carries the feature.</summary>
    public static bool IsSeen(FeatureChange change) =>
        change.Exists is not null || change.Boolean is not null || change.Expression is not null || change.Actors is not null
        || change.PercentageOfActors is not null || change.PercentageOfTime is not null || change.Groups is not null
        || change.DeniedActors is not null || change.DeniedGroups is not null;

    private static Difference<T>? Of<T>(T before, T after) =>
        EqualityComparer<T>.Default.Equals(before, after) ? null : new Difference<T>(before, after);

    private static SetDifference? OfSets(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        var old = new HashSet<string>(before, StringComparer.Ordinal);
        var now = new HashSet<string>(after, StringComparer.Ordinal);
        string[] added = [.. after.Where(member => !old.Contains(member))];
        string[] removed = [.. before.Where(member => !now.Contains(member))];
        return added.Length + removed.Length == 0 ? null : new SetDifference(added, removed);
    }

    private static T Before<T>(Difference<T>? difference, T after) => difference is null ? after : difference.Before;

    private static IReadOnlyList<string> Before(SetDifference? difference, IReadOnlyList<string> after)
    {
        if (difference is null)
            return after;
        var added = new HashSet<string>(difference.Added, StringComparer.Ordinal);
        return Utf8Order.Normalize(after.Where(member => !added.Contains(member)).Concat(difference.Removed));
    }
}
