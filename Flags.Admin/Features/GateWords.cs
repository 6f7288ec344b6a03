using Flags.Core;

namespace Flags.Admin;

/// <summary>Gates in a few words, for lists and headings.</summary>
public static class GateWords
{
    /// <summary><c>Everyone</c>, <c>Nobody</c> or <c>5 actors · 25 % of actors</c>, and who is denied.</summary>
    public static string OnFor(Gates gates)
    {
        List<string> words = gates.State switch
        {
            FeatureState.On => ["Everyone"],
            FeatureState.Off => ["Nobody"],
            FeatureState.Conditional => Opening(gates),
            _ => throw new ArgumentOutOfRangeException(nameof(gates)),
        };
        int denied = gates.DeniedActors.Count + gates.DeniedGroups.Count;
        if (denied > 0)
            words.Add($"{denied:N0}\u00a0denied");
        return string.Join(" · ", words);
    }

    /// <summary>What an enable or disable would clear: everything that is set but the boolean gate and the deny lists.</summary>
    public static List<string> Opening(Gates gates)
    {
        var words = new List<string>();
        if (gates.Actors.Count > 0)
            words.Add(Count(gates.Actors.Count, "actor"));
        if (gates.Groups.Count > 0)
            words.Add(Count(gates.Groups.Count, "group"));
        if (gates.PercentageOfActors is { Value: > 0 } ofActors)
            words.Add($"{ofActors}\u00a0%\u00a0of\u00a0actors");
        if (gates.PercentageOfTime is { Value: > 0 } ofTime)
            words.Add($"{ofTime}\u00a0%\u00a0of\u00a0time");
        if (gates.Expression is not null)
            words.Add("expression");
        return words;
    }

    public static string State(FeatureState state) => state switch
    {
        FeatureState.On => "On",
        FeatureState.Off => "Off",
        FeatureState.Conditional => "Partly on",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The class that colours a state.</summary>
    public static string Class(FeatureState state) => state switch
    {
        FeatureState.On => "on",
        FeatureState.Off => "off",
        FeatureState.Conditional => "partly",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static string Of(Gate gate) => gate switch
    {
        Gate.Boolean => "everyone",
        Gate.Expression => "expression",
        Gate.Actor => "actors",
        Gate.PercentageOfActors => "% of actors",
        Gate.PercentageOfTime => "% of time",
        Gate.Group => "groups",
        Gate.DeniedActor => "denied actors",
        Gate.DeniedGroup => "denied groups",
        _ => throw new ArgumentOutOfRangeException(nameof(gate)),
    };

    public static string Count(int count, string one) => count == 1 ? $"1\u00a0{one}" : $"{count:N0}\u00a0{one}s";
}
