using Flags.Core;

namespace Flags.Cli;

/// <summary>What is said after a feature was changed.</summary>
internal static class Change
{
    public static void Tell(Session session, Feature feature, string done)
    {
        if (session.WantsJson())
            Results.Print(feature, Results.Json.Feature);
        else if (!session.IsQuiet)
            Results.Print($"{feature.Name} {done}: {feature.State.ToString().ToLowerInvariant()} (version {feature.Version})");
        if (feature.Held)
            session.Reporter.Warn("held", $"A deploy holds {feature.Name}: it stays off for everyone until that ends. See: flags holds {Text.Word(feature.Name)}");
    }
}
