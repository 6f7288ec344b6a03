using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>A place to go to, or a change to make: then <see cref="To"/> is the wanted state and <see cref="Feature"/> what it is for.</summary>
public sealed record Jump(string Label, string Detail, string Href)
{
    public Feature? Feature { get; init; }

    public string? To { get; init; }
}

/// <summary>What “Jump to…” finds: pages, features, and actions such as <c>hold jobs_processing</c>, <c>off search</c> or <c>claim message:1718</c>.</summary>
internal static class Jumps
{
    private const int MostFeatures = 8, MostActions = 4;

    private const string OfClaim = "claim ";

    private static readonly string[] Verbs = ["hold", "on", "off"];

    private static readonly Jump[] Pages =
    [
        new("Features", "g f", "/admin/features"), new("Deploys", "g d", "/admin/deploys"), new("Workers", "g w", "/admin/workers"), new("Claims", "who has a key, or its result", "/admin/claims"), new("Audit", "g a", "/admin/audit"), new("Settings", "g s", "/admin/settings"),
        new("API keys", "", "/admin/keys"), new("Help", "g h", "/admin/help"), new("New feature", "", "/admin/new-feature"), new("Place a hold", "", "/admin/new-hold"),
        new("You: passkeys, colours, time zone", "", "/admin/me"),
    ];

    public static IReadOnlyList<Jump> Find(FeatureSet set, string text, Caller caller)
    {
        string typed = text.Trim();
        string verb = Verbs.FirstOrDefault(v => typed.Equals(v, StringComparison.OrdinalIgnoreCase) || typed.StartsWith(v + " ", StringComparison.OrdinalIgnoreCase)) ?? "";
        string wanted = verb.Length > 0 ? typed[verb.Length..].Trim() : typed;
        IEnumerable<Feature> found = set.Features.Select(f => f.Feature).Where(f => f.Name.Contains(wanted, StringComparison.OrdinalIgnoreCase))
            .OrderBy(f => !f.Name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)).ThenBy(f => f.Name, StringComparer.Ordinal);
        IEnumerable<Jump> pages = Pages.Where(p => p.Label.Contains(typed, StringComparison.OrdinalIgnoreCase) && (p.Href != "/admin/keys" || caller.May(Permissions.Admin)));
        IEnumerable<Jump> places = verb.Length > 0 ? [] : found.Take(MostFeatures).Select(f => new Jump(f.Name, GateWords.State(f.State), LocalPath.OfFeature(f.Name)));
        IEnumerable<Jump> actions = typed.Length == 0 ? [] : found.Take(MostActions).SelectMany(f => Actions(f, verb)).Where(_ => caller.May(Permissions.Write));
        if (typed.StartsWith(OfClaim, StringComparison.OrdinalIgnoreCase) && typed[OfClaim.Length..].Trim() is { Length: > 0 } key)
            actions = [new Jump($"claim {key}", "who has it, or its result", ClaimWords.Url(key)), .. actions];
        return verb.Length > 0 ? [.. actions, .. pages] : [.. places, .. pages, .. actions];
    }

    private static IEnumerable<Jump> Actions(Feature feature, string verb)
    {
        if (verb is "" or "hold")
            yield return new Jump($"hold {feature.Name}", "for a deploy, asks how long and why", LocalPath.With("/admin/new-hold", ("feature", feature.Name)));
        if (verb is "" or "on" && !feature.Gates.Boolean)
            yield return new Jump($"on {feature.Name}", "for everyone", "") { Feature = feature, To = "on" };
        if (verb is "" or "off" && feature.State != FeatureState.Off)
            yield return new Jump($"off {feature.Name}", feature.Protected ? "protected, asks first" : "for everyone", "") { Feature = feature, To = "off" };
    }
}
