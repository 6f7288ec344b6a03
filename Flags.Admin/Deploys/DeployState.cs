using System.Text;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>Live holds, who is inside and who waits, as of one moment.</summary>
public sealed record DeployState
{
    public static readonly DeployState Nothing = new();

    /// <summary>Newest first.</summary>
    public IReadOnlyList<HoldInfo> Holds { get; init; } = [];

    public LeaseList Jobs { get; init; } = new([], []);

    /// <summary>Live holds that people placed on a page, and who.</summary>
    public IReadOnlyDictionary<Guid, string> OnPages { get; init; } = new Dictionary<Guid, string>();

    /// <summary>Until when no drain succeeds; null when one can.</summary>
    public DateTimeOffset? GuardUntil { get; init; }

    /// <summary>When it was read, by this server's clock.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How far the database's clock is ahead of this server's, in whole seconds: countdowns run by the server's.</summary>
    public TimeSpan Ahead { get; init; }

    /// <summary>What every page shows of it, in a word: who is held, until when, how many are inside.</summary>
    public string Seen { get; private init; } = "";

    public static DeployState Of(HoldList holds, LeaseList jobs, DrainNotes notes, DateTimeOffset asked, DateTimeOffset at) => new()
    {
        Holds = holds.Holds,
        Jobs = jobs,
        OnPages = notes.OnPages,
        GuardUntil = notes.GuardUntil,
        At = at,
        Ahead = Skew.Of(asked, notes.Now, at),
        Seen = Word(holds, notes),
    };

    /// <summary>A time of the database as this server's clock says it.</summary>
    public DateTimeOffset Here(DateTimeOffset time) => time - Ahead;

    public DateTimeOffset ExpiryOf(LeaseInfo lease) => At + TimeSpan.FromSeconds(lease.ExpiresInSeconds);

    public IReadOnlyList<HoldInfo> HoldsOf(string feature) => [.. Holds.Where(h => h.Features.Contains(feature))];

    public LeaseList JobsOf(IReadOnlyList<string> features) =>
        new([.. Jobs.Leases.Where(l => features.Contains(l.Feature))], [.. Jobs.Waiting.Where(w => features.Contains(w.Feature))]);

    /// <summary>Whether who is inside and who waits differs; renewals count, the passing of time does not.</summary>
    public bool HasOtherJobs(DeployState before) => Jobs.Leases.Count != before.Jobs.Leases.Count || Jobs.Waiting.Count != before.Jobs.Waiting.Count
        || Jobs.Leases.Zip(before.Jobs.Leases).Any(pair => Differ(pair.First, ExpiryOf(pair.First), pair.Second, before.ExpiryOf(pair.Second)))
        || Jobs.Waiting.Zip(before.Jobs.Waiting).Any(pair => pair.First.LeaseId != pair.Second.LeaseId);

    private static bool Differ(LeaseInfo now, DateTimeOffset expires, LeaseInfo before, DateTimeOffset expired) =>
        now.Id != before.Id || now.Closing != before.Closing || (now.ExpiresInSeconds < 0) != (before.ExpiresInSeconds < 0) || (expires - expired).Duration() > TimeSpan.FromSeconds(1.5);

    private static string Word(HoldList holds, DrainNotes notes)
    {
        var word = new StringBuilder();
        foreach (HoldInfo hold in holds.Holds)
            word.Append($"{hold.Token}.{hold.ExpiresAt.Ticks / TimeSpan.TicksPerMillisecond % 100_000_000}.{hold.InFlight}.{hold.Expired}{(hold.DrainedAt is null ? "" : "d")}-");
        return notes.GuardUntil is null ? word.ToString() : word.Append('g').ToString();
    }
}
