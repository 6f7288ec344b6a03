using Flags.Core;

namespace Flags.Cli;

/// <summary>What to type next: the server speaks of routes, people here of commands.</summary>
internal static class Advice
{
    public const string Login = "flags login --server https://flags.example.org, or set FLAGS_URL and FLAGS_API_KEY";

    public const string Reach = "check the address (--server, FLAGS_URL) and that the server runs: curl -i $FLAGS_URL/readyz";

    /// <param name="problem">What the server said.</param>
    /// <param name="feature">The feature that was asked for; null when it was none.</param>
    public static string After(Problem problem, string? feature)
    {
        string name = feature is null ? "FEATURE" : Text.Word(feature);
        return Slug(problem) switch
        {
            "unauthorized" => Login,
            "forbidden" or "wider-than-maker" => "ask an admin for a key with that permission, then: flags login",
            "not-found" => $"flags list, or: flags create {name}",
            "exists" => $"flags show {name}",
            "confirmation-needed" => $"repeat it with --confirm {name}",
            "conflict" or "no-such-version" => $"flags history {name}",
            "held" or "off" => $"flags holds {name}",
            "disabled" => $"flags history {name} (who turned it off, and why), flags enable {name}",
            "full" or "inside" or "draining" => $"flags leases {name}",
            "hold-conflict" => "flags holds; --wait 15m waits for the other deploy",
            "hold-ended" or "unknown-hold" or "hold-limit" => "flags holds --all; flags hold places a new one",
            "not-your-hold" => "flags force-release ID --reason WHY, with an admin's key",
            "claimed" => "--wait 5m waits until the other is done or gives up",
            "workers-missing" => "flags workers list",
            "parent-lost" => $"start it outside of the job: unset {ChildEnvironment.LeaseId}",
            "stale-token" => $"take {ChildEnvironment.HoldId} and {ChildEnvironment.Token} from the same flags hold",
            _ => problem.Next,
        };
    }

    /// <summary>The word to program against.</summary>
    public static string Slug(Problem problem) => problem.Type[(problem.Type.LastIndexOf(':') + 1)..];
}
