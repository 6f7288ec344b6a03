using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>Everything that forms do to features, and through <see cref="OtherActions"/> to the rest, whichever page they stand on. The store checks rights and protection; here is asked and explained.</summary>
public sealed class PageActions(FeatureStore store, FeatureCache cache, FeatureHistory history, AuditStore audit, OtherActions others, TimeProvider time)
{
    private static readonly TimeSpan Recent = TimeSpan.FromHours(1);

    private static readonly string[] Writes = ["switch", "create", "delete", "details", "members", "percentage", "expression", "revert", "undo"];

    /// <summary>Runs an action; null when there is none of that name.</summary>
    public async Task<ActionAnswer?> RunAsync(string action, ActionForm form, Caller caller, CancellationToken cancellation)
    {
        var call = new ActionCall(action, form, caller, cancellation);
        try
        {
            // Rights first: whoever may not do it is not told what is wrong with the form.
            ActionAnswer? answer = Writes.Contains(action) && !caller.May(Permissions.Write) ? call.Refuse(Problems.Forbidden(caller, Permissions.Write)) : await (action switch
            {
                "switch" => SwitchAsync(call),
                "create" => CreateAsync(call),
                "delete" => DeleteAsync(call),
                "details" => DetailsAsync(call),
                "members" => MembersAsync(call),
                "percentage" => PercentageAsync(call),
                "expression" => ExpressionAsync(call),
                "revert" => RevertAsync(call),
                "undo-mine" => UndoMineAsync(call),
                "undo" => UndoAsync(call),
                _ => others.RunAsync(call),
            });
            if (answer is ActionRefused { Status: 403 })
                await audit.RefusedAsync(caller, action, call.Name.Length > 0 ? call.Name : form["id"], cancellation);
            return answer;
        }
        catch (StoreUnavailableException down)
        {
            return call.Refuse(Problems.Unavailable(down.Message));
        }
    }

    private async Task<ActionAnswer?> SwitchAsync(ActionCall call)
    {
        string to = call.Form["to"];
        if (await FindAsync(call) is not { } now)
            return call.Refuse(Problems.NotFound(call.Name));
        if (now.State == FeatureState.Conditional && !call.Form.Has(ActionForm.Clears))
            return Questions.PartlyOn(call, now, to);
        return to switch
        {
            "on" => await AnswerAsync(call, await store.EnableAsync(call.Caller, call.Name, call.Options, call.Cancellation), "on for everyone", f => f.Gates.Boolean),
            "off" => await AnswerAsync(call, await store.DisableAsync(call.Caller, call.Name, call.Options, call.Cancellation), "off", f => f.State == FeatureState.Off),
            _ => call.Invalid("to", "must be on or off"),
        };
    }

    private async Task<ActionAnswer?> CreateAsync(ActionCall call)
    {
        CreateFeature body = DetailFields.Create(call.Form);
        WriteResult result = await store.CreateAsync(call.Caller, body, call.Options, call.Cancellation);
        return result is Written done ? ActionCall.Done(LocalPath.OfFeature(done.Stored.Feature.Name), done.AuditId) : call.Refuse(((Refused)result).Problem);
    }

    private async Task<ActionAnswer?> DeleteAsync(ActionCall call)
    {
        if (await FindAsync(call) is not { } now)
            return call.Refuse(Problems.NotFound(call.Name));
        if (!call.Form.Confirmed)
            return Questions.Delete(call, now);
        return await AnswerAsync(call, await store.DeleteAsync(call.Caller, call.Name, call.Options, call.Cancellation), "deleted", _ => false);
    }

    private async Task<ActionAnswer?> DetailsAsync(ActionCall call)
    {
        if (!DetailFields.TryPatch(call.Form, out FeaturePatch patch, out FieldError? error))
            return call.Invalid(error!.Field, error.Message);
        return await AnswerAsync(call, await store.PatchAsync(call.Caller, call.Name, patch, call.Options, call.Cancellation), "your details", _ => false);
    }

    private async Task<ActionAnswer?> MembersAsync(ActionCall call)
    {
        IReadOnlyList<string> before = (await FindAsync(call))?.Gates is { } gates ? MemberFields.Members(gates, call.Form["gate"]) : [];
        MemberFields fields = MemberFields.Read(call.Form, before);
        if (fields.Error is { } error)
            return call.Invalid("members", error);
        WriteResult result = await store.PatchGatesAsync(call.Caller, call.Name, fields.Patch, call.Options with { IfMatch = null }, call.Cancellation);
        return await AnswerAsync(call, result, "", _ => false, fields.Counts);
    }

    private async Task<ActionAnswer?> PercentageAsync(ActionCall call)
    {
        string text = (call.Form.Has("quick") ? call.Form["quick"] : call.Form["value"]).Trim().TrimEnd('%').Trim();
        bool ofTime = call.Form["gate"] == "time";
        if (!Percentage.TryFromNumber(text, out Percentage percentage))
            return call.Invalid(ofTime ? "percentage-time" : "percentage-actors", $"\"{text}\" is no percentage; enter a number from 0 to 100");
        GatesPatch patch = ofTime ? new GatesPatch { PercentageOfTime = percentage } : new GatesPatch { PercentageOfActors = percentage };
        WriteResult result = await store.PatchGatesAsync(call.Caller, call.Name, patch, call.Options, call.Cancellation);
        return await AnswerAsync(call, result, $"{percentage} % of {(ofTime ? "time" : "actors")}",
            f => (ofTime ? f.Gates.PercentageOfTime : f.Gates.PercentageOfActors) == percentage);
    }

    private async Task<ActionAnswer?> ExpressionAsync(ActionCall call)
    {
        ExpressionDraft draft = ExpressionDraft.Read(call.Form, time.GetUtcNow());
        Expression? expression = call.Form.Has("remove") ? null : draft.Parsed;
        if (expression is null && !call.Form.Has("remove"))
            return call.Invalid("expression", draft.Error ?? "cannot be read");
        var patch = new GatesPatch { Expression = new Optional<Expression?>(expression) };
        WriteResult result = await store.PatchGatesAsync(call.Caller, call.Name, patch, call.Options, call.Cancellation);
        return await AnswerAsync(call, result, expression is null ? "no expression" : "your expression", f => Equals(f.Gates.Expression, expression));
    }

    private async Task<ActionAnswer?> RevertAsync(ActionCall call)
    {
        if (!long.TryParse(call.Form["to"], out long version))
            return call.Invalid("to", "must be a version of the feature's history");
        return await AnswerAsync(call, await store.RevertAsync(call.Caller, call.Name, version, call.Options, call.Cancellation), $"version {version} back", _ => false);
    }

    /// <summary>Back to the version before a change, as long as that change is still the newest.</summary>
    private async Task<ActionAnswer?> UndoAsync(ActionCall call)
    {
        AuditEntry? entry = long.TryParse(call.Form["id"], out long id) ? await audit.FindAsync(id, call.Cancellation) : null;
        if (entry?.Version is not { } version || entry.Target != call.Name)
            return call.Refuse(Problems.NoSuch("such change", "Choose one of the feature's history."));
        HistoryList? older = await history.ListAsync(call.Name, version, 1, call.Cancellation);
        if (older is not { History: [var before, ..] })
            return call.Invalid("id", "is the first version; there is none before it");
        WriteOptions options = call.Options with { IfMatch = [new FeatureTag(version, null)] };
        WriteResult result = await store.RevertAsync(call.Caller, call.Name, before.Version, options, call.Cancellation);
        ActionCall revert = call with { Action = "revert", Form = call.Form.With(("id", null), ("to", before.Version.ToString()), ("version", version.ToString())) };
        return await AnswerAsync(revert, result, $"version {before.Version} back", _ => false);
    }

    /// <summary>Whatever this person changed last on a page or over the API, if it was within the hour.</summary>
    private async Task<ActionAnswer?> UndoMineAsync(ActionCall call)
    {
        AuditList mine = await audit.ListAsync(new AuditQuery { Who = call.Caller.Id, What = "feature", From = time.GetUtcNow() - Recent, Limit = 1 }, call.Cancellation);
        if (mine.Audit is not [var last])
            return call.Refuse(Problems.NoSuch("change of yours within the last hour", "Older changes are undone in the feature's history."));
        return await UndoAsync(call with { Action = "undo", Form = call.Form.With(("name", last.Target), ("id", last.Id.ToString())) });
    }

    private async Task<Feature?> FindAsync(ActionCall call) => (await cache.ReadAsync()).Set.Find(call.Name)?.Feature;

    private async Task<ActionAnswer> AnswerAsync(ActionCall call, WriteResult result, string wanted, Func<Feature, bool> isThere, string? counts = null)
    {
        if (result is Written done)
            return ActionCall.Done(LocalPath.With(call.Form.Back, ("there", counts?.Split(' ')[0]), ("refused", counts?.Split(' ')[1])), done.AuditId);
        Problem problem = ((Refused)result).Problem;
        if (problem.Status == 428)
            return Questions.Protected(call);
        if (problem.Status != 412)
            return call.Refuse(problem);
        if (await FindAsync(call) is not { } now)
            return call.Refuse(Problems.NotFound(call.Name));
        // Whoever asks for what is there already got it, whoever was first.
        if (isThere(now))
            return ActionCall.Done(call.Form.Back, null);
        HistoryList? list = await history.ListAsync(call.Name, null, 20, call.Cancellation);
        long mine = call.Options.IfMatch?[0].Version ?? 0;
        return new ActionConflict(call.Action, call.Form, now) { Since = [.. (list?.History ?? []).Where(h => h.Version > mine)], Wanted = wanted };
    }
}
