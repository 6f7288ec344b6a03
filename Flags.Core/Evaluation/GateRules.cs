using System.Text.Json;

namespace Flags.Core;

/// <summary>The gates, one by one. A subject without an id is in no list and in no share of actors.</summary>
internal static class GateRules
{
    /// <summary>The deny list that matches; null when none does. One denied actor of several denies all.</summary>
    public static Gate? Denied(CompiledFeature feature, in Subjects subjects, EvaluationContext context)
    {
        if (!feature.HasDenials)
            return null;
        if (IsListed(feature.DeniedActors, subjects))
            return Gate.DeniedActor;
        return IsInAny(feature.Gates.DeniedGroups, subjects, context) ? Gate.DeniedGroup : null;
    }

    /// <summary>The first open gate of those after the expression; null when none opens.</summary>
    public static Gate? OpenAfterExpression(CompiledFeature feature, in Subjects subjects, EvaluationContext context)
    {
        if (IsListed(feature.Actors, subjects))
            return Gate.Actor;
        if (IsInShare(feature, subjects))
            return Gate.PercentageOfActors;
        if (IsDrawn(feature, context))
            return Gate.PercentageOfTime;
        return IsInAny(feature.Gates.Groups, subjects, context) ? Gate.Group : null;
    }

    public static bool IsListed(IReadOnlySet<string>? ids, in Subjects subjects)
    {
        if (ids is null)
            return false;
        for (var i = 0; i < subjects.Count; i++)
        {
            if (subjects.Id(i) is { } id && ids.Contains(id))
                return true;
        }
        return false;
    }

    public static bool IsInShare(CompiledFeature feature, in Subjects subjects) =>
        feature.BucketLimit > 0 && feature.Bucket.Of(subjects) is { } bucket && bucket < feature.BucketLimit;

    public static bool IsDrawn(CompiledFeature feature, EvaluationContext context) =>
        feature.DrawLimit > 0 && (feature.DrawLimit >= 1 || context.Random() < feature.DrawLimit);

    public static bool IsInAny(IReadOnlyList<string> groups, in Subjects subjects, EvaluationContext context)
    {
        for (var i = 0; i < subjects.Count && groups.Count > 0; i++)
        {
            for (var g = 0; g < groups.Count; g++)
            {
                if (IsIn(groups[g], subjects[i], context))
                    return true;
            }
        }
        return false;
    }

    /// <summary>By the caller's word, by the property <c>groups</c>, or by a predicate of the app.</summary>
    public static bool IsIn(string group, in Subject subject, EvaluationContext context)
    {
        if (subject.Actor is { } actor && (Contains(actor.Groups, group) || ContainsProperty(actor, group)))
            return true;
        return context.GroupPredicates is { } predicates && predicates.TryGetValue(group, out var predicate)
            && predicate(subject.Actor ?? new Actor(subject.Id));
    }

    private static bool Contains(IReadOnlyCollection<string>? groups, string group)
    {
        if (groups is not IReadOnlyList<string> list)
            return groups is not null && groups.Contains(group, StringComparer.Ordinal);
        // By index: the enumerator of an interface would be allocated.
        for (var i = 0; i < list.Count; i++)
        {
            if (string.Equals(list[i], group, StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    private static bool ContainsProperty(Actor actor, string group)
    {
        if (actor.Properties is not { } properties || !properties.TryGetValue("groups", out var names) || names.ValueKind != JsonValueKind.Array)
            return false;
        foreach (var name in names.EnumerateArray())
        {
            if (name.ValueKind == JsonValueKind.String && name.ValueEquals(group))
                return true;
        }
        return false;
    }
}
