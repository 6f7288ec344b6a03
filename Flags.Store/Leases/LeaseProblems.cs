using Flags.Core;

namespace Flags.Store;

/// <summary>Refusals of enters and renewals.</summary>
public static class LeaseProblems
{
    private const int Soon = 5;

    private const string Next = "Wait and repeat the call with the same id; ?wait=50s waits here.";

    public static Problem Held(string name, IReadOnlyList<HoldInfo> holds, int? inside) => Problems.Of("held", 423, "Held",
        holds.Count > 0 ? $"{string.Join("; ", holds.Select(HoldProblems.Story))}." : $"A deploy holds \"{name}\".", Next) with
    { Reason = "held", Holds = holds, InFlight = inside, RetryAfterSeconds = HoldProblems.Retry(holds) };

    public static Problem Disabled(string name, int inside) => Problems.Of("disabled", 423, "Off",
        $"The gates of \"{name}\" are closed for this job.", "Wait, or turn it on; GET …/history says who turned it off and why.") with
    { Reason = "disabled", Holds = [], InFlight = inside, RetryAfterSeconds = Soon };

    public static Problem Full(string name, int? limit, int inside, IReadOnlyList<LeaseInfo> leases) => Problems.Of("full", 423, "Full",
        $"\"{name}\" is limited to {limit} at once; {inside} are inside, or a successor waits for the slot.",
        "Wait and repeat the call with the same id; \"takeover\": true asks the one inside for its slot.") with
    { Reason = "full", Holds = [], InFlight = inside, Leases = leases, RetryAfterSeconds = Soon };

    public static Problem Inside(string name, IReadOnlyList<LeaseInfo> leases) => Problems.Of("inside", 423, "Jobs are running",
        $"{(leases.Count == 1 ? "1 job is" : $"{leases.Count} jobs are")} inside \"{name}\"{HoldProblems.Names(leases)}.", "Ask again, or wait here with ?wait=50s.") with
    { Reason = "inside", InFlight = leases.Count, Leases = leases, RetryAfterSeconds = 1 };

    /// <param name="id">The lease.</param>
    /// <param name="reason"><c>expired</c>, <c>revoked</c>, <c>left</c>, <c>unknown</c>, or null when it is not known which.</param>
    public static Problem Lost(Guid id, string? reason) => Problems.Of("lease-lost", 410, "The lease is over",
        $"The lease {id} {(reason is null ? "has ended" : reason == "unknown" ? "is unknown" : $"is {reason}")}.", "Stop the job's work now; enter again with a new id.") with
    { Reason = reason };

    public static Problem StaleToken(Guid id) => HoldProblems.StaleToken(id) with { Status = 410, Title = "Not your lease's token", Reason = "unknown" };

    public static Problem NoLimit(string name) => Problems.Of("no-limit", 422, "Nothing to take over",
        $"takeover: \"{name}\" has no limit, so a job has no slot that another could take.", $"Enter without takeover, or set a limit first: PATCH …/features/{Uri.EscapeDataString(name)} with {{\"limit\":1}}.") with
    { Errors = [new FieldError("takeover", "needs a feature with a limit")] };

    public static Problem ParentLost(Guid parent) => Problems.Of("parent-lost", 409, "The parent is over",
        $"The lease {parent} has ended, so no job can start inside it.", "Enter without a parent, or stop.");

    public static Problem ParentForeign(Guid parent) => Problems.Of("parent-foreign", 403, "Not your parent",
        $"The lease {parent} is another key's.", "Use the key that entered with the parent.");
}
