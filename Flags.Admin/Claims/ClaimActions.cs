using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>What forms do to claims: give back an attempt that is stuck.</summary>
public sealed class ClaimActions(ClaimDesk claims)
{
    /// <summary>The field that says which attempt was seen.</summary>
    public const string Seen = "seen";

    /// <summary>Runs an action; null when there is none of that name.</summary>
    internal async Task<ActionAnswer?> RunAsync(ActionCall call)
    {
        if (call.Action != "abandon-claim")
            return null;
        if (!call.Caller.May(Permissions.Claim))
            return call.Refuse(Problems.Forbidden(call.Caller, Permissions.Claim));
        if ((ClaimRules.Key(call.Name) ?? HoldRules.OptionalReason(call.Options.Reason)) is { } problem)
            return call.Refuse(problem);
        ClaimLook look = await claims.LookAsync(call.Name, call.Cancellation);
        if (look.Claim is not { } claim)
            return call.Refuse(ClaimProblems.Unknown(call.Name) with { Next = "" });
        if (!IsOpen(claim) || Stamp(claim) != call.Form[Seen])
            return call.Refuse(Changed(claim));
        if (!call.Form.Has(HoldQuestions.Asked))
            return Ask(call, look, claim);
        long? row = await claims.AbandonAsync(call.Caller, claim, call.Options.Reason, call.Cancellation);
        return row is null ? call.Refuse(Changed(claim)) : ActionCall.Done(call.Form.Back, row);
    }

    /// <summary>Whether an attempt has it, or had it and never said how it ended.</summary>
    public static bool IsOpen(ClaimInfo claim) => claim.State is "claimed" or "expired";

    /// <summary>Attempts of one key differ in when they began.</summary>
    public static string Stamp(ClaimInfo claim) => claim.ClaimedAt.UtcTicks.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Problem Changed(ClaimInfo claim) => Problems.Of("stale-token", 409, "Not abandoned",
        claim.State == "done" ? $"“{claim.Key}” is done by now." : $"“{claim.Key}” has changed: it was given back, or another attempt has it.", "Look at it again.");

    private static ActionAsked Ask(ActionCall call, ClaimLook look, ClaimInfo claim) => new(call.Action, call.Form.With((HoldQuestions.Asked, "yes")), $"Abandon {claim.Key}?")
    {
        Lines =
        [
            $"{look.By} claimed it {Ago.Words(look.Now - claim.ClaimedAt)}, attempt {claim.Attempt:N0}{(claim.State == "claimed" ? $", for another {Clock.Words(TimeSpan.FromSeconds(claim.ExpiresInSeconds))} unless renewed" : ", and did not finish in time")}.",
            "The next attempt may start now. If this one still works, both do: it is told so only by its next renewal, or when it completes.",
            "This cannot be undone.",
        ],
        Buttons = [new AskButton("Abandon", "abandon", true)],
    };
}
