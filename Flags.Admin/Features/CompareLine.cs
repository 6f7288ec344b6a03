using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>One property of a feature in two versions, in words.</summary>
internal sealed record CompareLine(string What, string Before, string After, bool Differs)
{
    private const int ShownMembers = 20;

    public static IReadOnlyList<CompareLine> All(VersionPair pair)
    {
        Feature a = pair.From, b = pair.To;
        FeatureChange change = pair.Change ?? new FeatureChange();
        return
        [
            new("On for everyone", Yes(a.Gates.Boolean), Yes(b.Gates.Boolean), change.Boolean is not null),
            new("Actors", Members(a.Gates.Actors), Members(b.Gates.Actors), change.Actors is not null),
            new("Groups", Members(a.Gates.Groups), Members(b.Gates.Groups), change.Groups is not null),
            new("% of actors", Percent(a.Gates.PercentageOfActors), Percent(b.Gates.PercentageOfActors), change.PercentageOfActors is not null),
            new("% of time", Percent(a.Gates.PercentageOfTime), Percent(b.Gates.PercentageOfTime), change.PercentageOfTime is not null),
            new("Expression", a.Gates.Expression?.InWords() ?? "–", b.Gates.Expression?.InWords() ?? "–", change.Expression is not null),
            new("Denied actors", Members(a.Gates.DeniedActors), Members(b.Gates.DeniedActors), change.DeniedActors is not null),
            new("Denied groups", Members(a.Gates.DeniedGroups), Members(b.Gates.DeniedGroups), change.DeniedGroups is not null),
            new("Description", Text(a.Description), Text(b.Description), change.Description is not null),
            new("Tags", Members(a.Tags), Members(b.Tags), change.Tags is not null),
            new("Owner", Text(a.Owner), Text(b.Owner), change.Owner is not null),
            new("Limit", a.Limit?.ToString("N0") ?? "–", b.Limit?.ToString("N0") ?? "–", change.Limit is not null),
            new("Expires", Day(a.ExpiresAt), Day(b.ExpiresAt), change.ExpiresAt is not null),
            new("Protected", Yes(a.Protected), Yes(b.Protected), change.Protected is not null),
        ];
    }

    private static string Yes(bool value) => value ? "yes" : "no";

    private static string Text(string? text) => string.IsNullOrEmpty(text) ? "–" : text;

    private static string Day(DateTimeOffset? at) => at?.ToString("yyyy-MM-dd") ?? "–";

    private static string Percent(Percentage? value) => value?.ToString() is { } text ? $"{text} %" : "–";

    private static string Members(IReadOnlyList<string> members) => members.Count switch
    {
        0 => "–",
        <= ShownMembers => string.Join(", ", members.Select(m => m.Length == 0 ? "(empty)" : m)),
        _ => $"{string.Join(", ", members.Take(ShownMembers))} and {members.Count - ShownMembers:N0} more",
    };
}
