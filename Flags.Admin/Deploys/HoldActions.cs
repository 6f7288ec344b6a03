using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>Everything that forms do to holds. The store keeps order and audit; rights and questions are here.</summary>
public sealed class HoldActions(HoldStore holds, LeaseStore leases, DrainStore drains, AuditStore audit, FeatureCache cache)
{
    private static readonly Problem Gone = Problems.Of("ended", 410, "The hold has ended", "This hold has ended already.", "Nothing is left to do; the Deploys page shows what became of it.");

    /// <summary>Runs an action; null when there is none of that name.</summary>
    internal async Task<ActionAnswer?> RunAsync(ActionCall call)
    {
        Permissions needed = call.Action == "force-release" ? Permissions.Admin : Permissions.Hold;
        if (call.Action is not ("place-hold" or "extend-hold" or "end-hold" or "force-release" or "revoke-leases"))
            return null;
        if (!call.Caller.May(needed))
            return call.Refuse(Problems.Forbidden(call.Caller, needed)) with { Needs = needed == Permissions.Admin ? Roles.Admin : Roles.Operator };
        if (call.Action == "place-hold")
            return await PlaceAsync(call);
        if (!Guid.TryParse(call.Form["id"], out Guid id) || await holds.FindAsync(id, call.Cancellation) is not { } hold)
            return call.Refuse(Problems.NoSuch("such hold", "The Deploys page shows the live ones."));
        if (hold.EndedAt is not null)
            return call.Refuse(Gone);
        return call.Action switch
        {
            "extend-hold" => await ExtendAsync(call, hold),
            "end-hold" => await EndAsync(call, hold),
            "force-release" => await ForceAsync(call, hold),
            _ => await RevokeAsync(call, hold),
        };
    }

    private async Task<ActionAnswer> PlaceAsync(ActionCall call)
    {
        FeatureSet set = (await cache.ReadAsync()).Set;
        (PlaceAttempt? attempt, IReadOnlyList<FieldError> errors) = HoldFields.Read(call.Form, call.Caller.Name, set);
        if (attempt is null)
            return call.Refuse(Problems.Invalid("Correct it and place the hold again.", [.. errors]));
        PlaceAnswer answer = await holds.PlaceAsync(call.Caller, attempt, call.Cancellation);
        return answer.Outcome switch
        {
            PlaceOutcome.Placed or PlaceOutcome.Replay => await DoneAsync(call with { Form = call.Form.With(("back", "/admin/deploys")) }, attempt.Id, "hold.place"),
            PlaceOutcome.Conflict => call.Refuse(await ConflictAsync(answer, call.Cancellation)),
            PlaceOutcome.Missing => call.Refuse(Problems.Invalid("Correct it and place the hold again.", new FieldError("features", $"There is no feature \"{answer.Missing}\""))),
            PlaceOutcome.Ended => call.Refuse(Gone with { Next = "Open the form again to place another one." }),
            _ => call.Refuse(Problems.Of("id-reused", 409, "The form was used already", "This form has placed another hold.", "Open it again to place one more.")),
        };
    }

    private async Task<Problem> ConflictAsync(PlaceAnswer answer, CancellationToken cancellation)
    {
        HoldInfo? other = answer.Other is { } id ? await holds.FindAsync(id, cancellation) : null;
        string who = other is null ? "Another hold is there." : $"{other.Holder} holds {HoldWords.Names(other.Features)}{(other.Exclusive ? " exclusively" : "")}: {other.Reason}.";
        return Problems.Of("held", 409, "Held already", who, "Wait until it ends, or place a hold that is not exclusive.");
    }

    /// <summary>The form says the time to last to: pressing twice extends once, and a hold that lasts longer already is left alone.</summary>
    private async Task<ActionAnswer> ExtendAsync(ActionCall call, HoldInfo hold)
    {
        if (!long.TryParse(call.Form["to"], out long seconds) || seconds is < 0 or > 253_402_300_799)
            return call.Invalid("to", "must be the time it shall last to");
        TimeSpan more = DateTimeOffset.FromUnixTimeSeconds(seconds) - hold.ExpiresAt;
        string told = LocalPath.With(call.Form.Back, ("done", null), ("extended", hold.Id.ToString()));
        if (more <= TimeSpan.Zero)
            return new ActionDone(told);
        var life = TimeSpan.FromSeconds(Math.Min(hold.ExpiresInSeconds + more.TotalSeconds, hold.HardLimitSeconds + 1));
        (string outcome, _) = await holds.ExtendAsync(hold.Id, null, life, call.Cancellation);
        return outcome switch
        {
            "extended" => new ActionDone(told),
            "limit" => call.Refuse(Problems.Of("limit", 409, "Not extended", $"The hold lasts to its hard limit already: {Clock.Words(TimeSpan.FromSeconds(hold.HardLimitSeconds))} from now.", "Place another hold beside it if the deploy needs longer.")),
            _ => call.Refuse(Gone),
        };
    }

    private async Task<ActionAnswer> EndAsync(ActionCall call, HoldInfo hold)
    {
        DrainNotes notes = await drains.NotesAsync(call.Cancellation);
        // A deploy's hold is its own: others take it only by force, and say why.
        if (!notes.OnPages.ContainsKey(hold.Id))
            return call.Refuse(Problems.Of("forbidden", 403, "Not allowed", $"{hold.Holder} placed this hold, not a page.", "An admin can force release it.")) with { Needs = Roles.Admin };
        return Over(await holds.EndAsync(call.Caller, hold.Id, "released", Reason(call), call.Cancellation)) ? call.Refuse(Gone) : await DoneAsync(call, hold.Id, "hold.release");
    }

    private async Task<ActionAnswer> ForceAsync(ActionCall call, HoldInfo hold)
    {
        if (!HoldQuestions.IsAnswered(call.Form, hold))
            return HoldQuestions.ForceRelease(call, hold, (await drains.NotesAsync(call.Cancellation)).Now);
        return Over(await holds.EndAsync(call.Caller, hold.Id, "forced", Reason(call), call.Cancellation)) ? call.Refuse(Gone) : await DoneAsync(call, hold.Id, "hold.force");
    }

    private async Task<ActionAnswer> RevokeAsync(ActionCall call, HoldInfo hold)
    {
        if (Reason(call) is not { } reason || !call.Form.Has(HoldQuestions.Asked))
            return HoldQuestions.Revoke(call, hold, await leases.ListAsync(hold.Features, call.Cancellation));
        return await holds.RevokeLeasesAsync(call.Caller, hold.Id, reason, call.Cancellation) is null ? call.Refuse(Gone) : await DoneAsync(call, hold.Id, "hold.revoke");
    }

    /// <summary>Back to the page, which says what this person's newest audit row of the hold says.</summary>
    private async Task<ActionDone> DoneAsync(ActionCall call, Guid id, string what)
    {
        AuditList rows = await audit.ListAsync(new AuditQuery { Who = call.Caller.Id, What = what, Limit = 10 }, call.Cancellation);
        return ActionCall.Done(call.Form.Back, rows.Audit.FirstOrDefault(row => HoldHistory.Line(row, id) is not null)?.Id);
    }

    private static string? Reason(ActionCall call) => call.Form["reason"].Trim() is { Length: > 0 } reason ? reason : null;

    private static bool Over(string was) => was is "released" or "expired" or "forced" or "unknown";
}
