using Flags.Core;

namespace Flags.Store;

/// <summary>What each request makes of a content: pure, so that the transaction around them is written once.</summary>
internal static class FeatureEdits
{
    /// <summary>Flipper's boolean gate: clears every other gate, keeps the deny lists.</summary>
    public static FeatureContent Switch(FeatureContent before, bool on) => before with
    {
        Gates = Gates.Empty with { Boolean = on, DeniedActors = before.Gates.DeniedActors, DeniedGroups = before.Gates.DeniedGroups },
    };

    public static FeatureContent Create(CreateFeature body) => new()
    {
        Exists = true,
        Description = body.Description ?? "",
        Tags = Utf8Order.Normalize(body.Tags ?? []),
        Owner = NullIfEmpty(body.Owner),
        Limit = body.Limit,
        Protected = body.Protected ?? false,
        Gates = Gates.Empty with { Boolean = body.Enabled ?? false },
    };

    public static FeatureContent Patch(FeatureContent before, FeaturePatch patch) => before with
    {
        Description = patch.Description.Or(before.Description) ?? "",
        Tags = Utf8Order.Normalize(patch.Tags.Or(before.Tags) ?? []),
        Owner = NullIfEmpty(patch.Owner.Or(before.Owner)),
        Limit = patch.Limit.Or(before.Limit),
        Protected = patch.Protected.Or(before.Protected) ?? false,
        ExpiresAt = Milliseconds(patch.ExpiresAt.Or(before.ExpiresAt)),
    };

    public static FeatureContent PatchGates(FeatureContent before, GatesPatch patch)
    {
        if (patch.Boolean is { } on)
            return Switch(before, on);
        Gates gates = before.Gates;
        return before with
        {
            Gates = gates with
            {
                Actors = Apply(gates.Actors, patch.Actors),
                Groups = Apply(gates.Groups, patch.Groups),
                DeniedActors = Apply(gates.DeniedActors, patch.DeniedActors),
                DeniedGroups = Apply(gates.DeniedGroups, patch.DeniedGroups),
                PercentageOfActors = patch.PercentageOfActors.Or(gates.PercentageOfActors),
                PercentageOfTime = patch.PercentageOfTime.Or(gates.PercentageOfTime),
                Expression = patch.Expression.Or(gates.Expression),
            },
        };
    }

    public static FeatureContent PutGates(FeatureContent before, Gates gates) => before with { Gates = Normalize(gates) };

    public static Gates Normalize(Gates gates) => gates with
    {
        Actors = Utf8Order.Normalize(gates.Actors),
        Groups = Utf8Order.Normalize(gates.Groups),
        DeniedActors = Utf8Order.Normalize(gates.DeniedActors),
        DeniedGroups = Utf8Order.Normalize(gates.DeniedGroups),
    };

    /// <summary>As the wire shows it: a time read from an answer and sent back is the same time.</summary>
    public static DateTimeOffset? Milliseconds(DateTimeOffset? time) =>
        time is { } t ? new DateTimeOffset(t.UtcTicks - (t.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero) : null;

    private static IReadOnlyList<string> Apply(IReadOnlyList<string> members, SetPatch? patch)
    {
        if (patch is null)
            return members;
        var removed = new HashSet<string>(patch.Remove ?? [], StringComparer.Ordinal);
        return Utf8Order.Normalize(members.Where(m => !removed.Contains(m)).Concat(patch.Add ?? []));
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
