using Flags.Core;

namespace Flags.Admin;

/// <summary>What is asked before a deploy loses its hold or jobs are told to stop: who, how many, how alive.</summary>
internal static class HoldQuestions
{
    /// <summary>The field of somebody who was told what follows.</summary>
    public const string Asked = "asked";

    private const int ShownJobs = 5;

    /// <summary>Whether one of the features, or the holder, was typed, and a reason given.</summary>
    public static bool IsAnswered(ActionForm form, HoldInfo hold) => IsTyped(form, hold) && form["reason"].Trim().Length > 0;

    public static ActionAsked ForceRelease(ActionCall call, HoldInfo hold, DateTimeOffset now)
    {
        string names = HoldWords.Names(hold.Features), alive = hold.ExtendedAt is { } renewed
            ? $"and renewed {Ago.Words(now - renewed)}{(now - renewed < TimeSpan.FromMinutes(1) ? ": this deploy seems alive" : "")}" : "and has not renewed it yet";
        return Ask(call, hold, $"Force release the hold on {names}?") with
        {
            Lines =
            [
                $"{hold.Holder} holds it for {Clock.Words(now - hold.Since)} {alive}. {HoldWords.AreJobs(hold.InFlight)} inside.",
                $"It says: {hold.Reason}",
                "Jobs may start at once; the deploy is told that it lost the hold. This cannot be undone.",
            ],
            Confirm = hold.Features.Count == 1 ? hold.Features[0] : hold.Holder,
            IsWrong = call.Form.Confirm is { Length: > 0 } && !IsTyped(call.Form, hold),
            Buttons = [new AskButton("Force release", "force", true)],
        };
    }

    public static ActionAsked Revoke(ActionCall call, HoldInfo hold, LeaseList jobs)
    {
        string[] names = [.. jobs.Leases.Where(l => !l.Closing).Select(l => l.Holder)];
        string who = string.Join(", ", names.Take(ShownJobs)) + (names.Length > ShownJobs ? $" and {names.Length - ShownJobs} more" : "");
        return Ask(call, hold, $"Tell the jobs inside {HoldWords.Names(hold.Features)} to stop?") with
        {
            Lines =
            [
                names.Length == 0 ? "All jobs inside were told already." : $"{HoldWords.AreJobs(names.Length)} told to stop: {who}.",
                "Their leases are not renewed any more; each counts as inside until it leaves or its lease expires. This cannot be undone.",
            ],
            Buttons = [new AskButton("Tell them to stop", "stop", true)],
        };
    }

    private static ActionAsked Ask(ActionCall call, HoldInfo hold, string title) =>
        new(call.Action, call.Form.With(("id", hold.Id.ToString()), (Asked, "yes"), ("confirm", call.Form.Confirm)), title)
        {
            Lines = [],
            Buttons = [],
            NeedsReason = true,
            LacksReason = call.Form.Has(Asked) && call.Form["reason"].Trim().Length == 0,
        };

    private static bool IsTyped(ActionForm form, HoldInfo hold) => form.Confirm is { Length: > 0 } typed && (hold.Features.Any(f => f.Trim() == typed) || hold.Holder.Trim() == typed);
}
