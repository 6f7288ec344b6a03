using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>Holds in a few words.</summary>
internal static class HoldWords
{
    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b and 3 more</c>.</summary>
    public static string Names(IReadOnlyList<string> features, int shown = 3) => features.Count switch
    {
        1 => features[0],
        _ when features.Count <= shown => $"{string.Join(", ", features.SkipLast(1))} and {features[^1]}",
        _ => $"{string.Join(", ", features.Take(shown - 1))} and {features.Count - shown + 1} more",
    };

    public static string Are(IReadOnlyList<string> features) => features.Count == 1 ? "is" : "are";

    public static string Jobs(int count) => GateWords.Count(count, "job");

    public static string AreJobs(int count) => count switch { 0 => "Nobody is", 1 => "1\u00a0job is", _ => $"{Jobs(count)} are" };

    /// <summary>For lists and the bar; dialogs and a hold's own card cut nothing.</summary>
    public static string Short(string text, int most = 120) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 2]) ? most - 2 : most - 1)] + "…";

    /// <summary>Drained is only what the store recorded.</summary>
    public static string State(HoldInfo hold) => hold switch
    {
        { DrainedAt: not null } => "Held, drained",
        { InFlight: 0 } => "Held, nobody inside",
        _ => "Held, draining",
    };

    /// <summary>How many were inside in all, sub-jobs that entered meanwhile included.</summary>
    public static int Most(HoldInfo hold) => Math.Max(hold.InFlightAtStart, hold.InFlight);

    public static int Gone(HoldInfo hold) => Most(hold) - hold.InFlight;

    public static string Progress(HoldInfo hold) => hold switch
    {
        { DrainedAt: { } drained } => $"Drained after {Clock.Text(drained - hold.Since)}{Counts(hold)}",
        { InFlight: 0 } => "Nobody inside",
        _ => $"{Gone(hold):N0} of {Most(hold):N0} {(Most(hold) == 1 ? "has" : "have")} left",
    };

    /// <summary>What became of an ended hold.</summary>
    public static string Became(HoldInfo hold) => hold.State switch
    {
        "released" => $"released by {hold.EndedBy}",
        "forced" => $"force-released by {hold.EndedBy}",
        "expired" => "expired: nobody renewed it",
        _ => hold.State,
    };

    public static string Drained(HoldInfo hold) => hold.DrainedAt is { } at ? $"drained after {Clock.Text(at - hold.Since)}{Counts(hold)}" : "not drained";

    /// <summary>Why a feature that was turned on is off all the same: <c>still held by ci #4711 until 14:25:30 UTC</c>.</summary>
    public static string StillHeld(string name, StoredFeature feature, DeployState? state, DateTimeOffset now)
    {
        IReadOnlyList<HoldInfo> holds = state?.HoldsOf(name) ?? [];
        // The last one to end opens it.
        return holds.MaxBy(h => h.ExpiresAt) is { } last
            ? $"still held by {last.Holder} until {Clock.Utc(state!.Here(last.ExpiresAt), now)}{(state.OnPages.ContainsKey(last.Id) ? "" : " unless renewed")}"
            : $"still held by {string.Join(", ", feature.Holds.Select(h => h.Holder))}";
    }

    /// <summary>The link of a hold when it is one that browsers may follow: http or https, nothing else.</summary>
    public static string? Link(string? url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri.AbsoluteUri : null;

    /// <summary>What is said aloud of a drain: at quarters, not at every job.</summary>
    public static string Aloud(HoldInfo hold)
    {
        string names = Names(hold.Features);
        if (hold.EndedAt is not null)
            return $"{names}: the hold has ended.";
        if (hold.DrainedAt is not null)
            return $"{names}: drained.";
        return hold.InFlight == 0 ? $"{names}: nobody inside." : (4 * Gone(hold) / Math.Max(1, Most(hold))) switch
        {
            0 => $"{names}: held, jobs are inside.",
            1 => $"{names}: a quarter of the jobs has left.",
            2 => $"{names}: half of the jobs have left.",
            _ => $"{names}: three quarters of the jobs have left.",
        };
    }

    private static string Counts(HoldInfo hold) => (hold.Left, hold.Expired) switch
    {
        (0, 0) => "; nobody was inside",
        (var left, 0) => $"; {left:N0} left",
        var (left, expired) => $"; {left:N0} left, {expired:N0} expired",
    };
}
