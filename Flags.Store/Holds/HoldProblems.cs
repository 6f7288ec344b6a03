using System.Globalization;
using Flags.Core;

namespace Flags.Store;

/// <summary>Refusals of holds and drains.</summary>
public static class HoldProblems
{
    /// <summary>The longest that a refused caller is told to wait: what is closed may open any moment.</summary>
    private const int Soon = 5;

    public static Problem OutOfRange(string field, TimeSpan least, TimeSpan most) => Problems.Of("ttl-out-of-range", 422, "Out of range",
        $"{field}: must be from {Words(least)} to {Words(most)}.", "Ask for less and renew it for as long as it is needed.") with
    { Errors = [new FieldError(field, $"must be from {Words(least)} to {Words(most)}")] };

    public static Problem Unknown(Guid id) => Problems.Of("unknown-hold", 404, "No such hold", $"There is no hold {id}.", "See GET /api/v1/holds?active=true for those that live.");

    public static Problem Ended(Guid id) => Problems.Of("hold-ended", 410, "The hold has ended",
        $"The hold {id} was released, has expired or was ended by an admin; jobs may run.", "Place a new one with a new id.");

    public static Problem NotYours(Guid id) => Problems.Of("not-your-hold", 403, "Not your hold",
        $"Another key placed the hold {id}.", "Use the key that placed it; an admin can end it with POST …/force-release.");

    /// <summary>Says nothing about the hold: the key may not know its features.</summary>
    public static Problem Outside(Caller caller) => Problems.Of("forbidden", 403, "Not allowed",
        $"The key \"{caller.Name}\" is limited to features named {caller.Pattern}; the hold is for others.", "Use a key without that limit, or ask an admin for one.");

    public static Problem StaleToken(Guid id) => Problems.Of("stale-token", 409, "Another token",
        $"That is not the token of {id}.", "Send the token from the answer that created it; repeating that call with the same id tells it again.");

    public static Problem AtLimit(Guid id, double expiresInSeconds) => Problems.Of("hold-limit", 409, "No longer",
        string.Create(CultureInfo.InvariantCulture, $"The hold {id} has reached its maxDuration; it ends in {expiresInSeconds:0} s."),
        "Finish before, or place a second hold (new id) now: the feature is back when the last one ends.");

    public static Problem IdReused(Guid id, string what) => Problems.Of("id-reused", 409, "The id is used",
        $"The id {id} is that of another {what}.", "Make a new id for each; repeat one only to repeat the same call.");

    public static Problem Conflict(IReadOnlyList<HoldInfo> others) => Problems.Of("hold-conflict", 409, "Another deploy",
        others.Count > 0 ? $"{Story(others[0])} and one of the two is exclusive." : "Another hold stood here a moment ago, and one of the two is exclusive.",
        "Repeat the call with the same id, with ?wait=50s to queue.") with
    { Holds = others, RetryAfterSeconds = Retry(others) };

    public static Problem Draining(DrainAnswer answer, IReadOnlyList<LeaseInfo> leases) => Problems.Of("draining", 423, "Jobs are running",
        $"{(answer.Inside == 1 ? "1 job is" : $"{answer.Inside} jobs are")} inside{Names(leases)}.",
        "Ask again with ?wait=50s; POST …/revoke-leases tells the jobs to stop.") with
    { Reason = "draining", InFlight = answer.Inside, Leases = leases, RetryAfterSeconds = 1 };

    public static Problem Recovering(double seconds, int inside, string what) => Problems.Of("recovering", 423, "The database was restored or failed over",
        string.Create(CultureInfo.InvariantCulture, $"Leases and holds may have been forgotten; {what} for another {Math.Ceiling(seconds):0} s."),
        "Wait; an admin who knows that nothing runs can POST /api/v1/recovery/waive.") with
    { Reason = "recovering", InFlight = inside, RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(seconds)) };

    /// <summary>The three that are inside the longest.</summary>
    public static string Names(IReadOnlyList<LeaseInfo> leases) => leases.Count == 0 ? "" :
        $": {string.Join(", ", leases.Take(3).Select(lease => $"{lease.Holder} (since {UtcTimeConverter.Format(lease.Since)})"))}{(leases.Count > 3 ? ", …" : "")}";

    /// <summary>Who, why and until when, in a sentence without its end.</summary>
    public static string Story(HoldInfo hold) => string.Create(CultureInfo.InvariantCulture,
        $"{hold.Holder} holds {string.Join(", ", hold.Features.Select(name => $"\"{name}\""))} since {UtcTimeConverter.Format(hold.Since)} ({hold.Reason}), for {hold.ExpiresInSeconds:0} s more unless extended{(hold.Url is null ? "" : $", see {hold.Url}")}");

    /// <summary>When to ask again: when all of them would have ended, and soon, since they may be released before.</summary>
    public static int Retry(IReadOnlyList<HoldInfo> holds) => holds.Count == 0 ? 1 : Math.Clamp((int)Math.Ceiling(holds.Max(hold => hold.ExpiresInSeconds)), 1, Soon);

    private static string Words(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} h"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.##} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
    };
}
