namespace Flags.Core;

/// <summary>Which other features an expression asks for.</summary>
internal static class ReferencedFeatures
{
    public static IReadOnlyList<string> Of(Node root)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        Find(root, names);
        return [.. names];
    }

    private static void Find(Node node, SortedSet<string> names)
    {
        if (node is not Call call)
            return;
        if (call is { Function: Function.FeatureEnabled, Arguments: [Constant { Value: { Kind: ValueKind.String } name }] })
            names.Add(name.AsText);
        foreach (Node argument in call.Arguments)
            Find(argument, names);
    }
}
