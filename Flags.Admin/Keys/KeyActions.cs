using Flags.Core;
using Flags.Store;

namespace Flags.Admin;

/// <summary>What forms do to keys besides making and rotating them, whose answer shows a secret and so is a page of its own.</summary>
public sealed class KeyActions(KeyStore keys, AuditStore audit)
{
    /// <summary>Runs an action; null when there is none of that name.</summary>
    internal async Task<ActionAnswer?> RunAsync(ActionCall call)
    {
        if (call.Action != "revoke-key")
            return null;
        if (!call.Caller.May(Permissions.Admin))
            return call.Refuse(Problems.Forbidden(call.Caller, Permissions.Admin)) with { Needs = Roles.Admin };
        string id = call.Form["id"];
        if (await keys.FindAsync(id, call.Cancellation) is not { } key)
            return call.Refuse(Problems.NoSuch("such key", "The keys page shows all of them."));
        if (key.RevokedAt is null && call.Form.Confirm != key.Name)
            return Ask(call, key);
        KeyResult result = await keys.RevokeAsync(call.Caller, id, call.Options.Reason, call.Cancellation);
        if (result is KeyRefused no)
            return call.Refuse(no.Problem);
        AuditList rows = await audit.ListAsync(new AuditQuery { Who = call.Caller.Id, What = "key.revoke", Limit = 1 }, call.Cancellation);
        return ActionCall.Done(call.Form.Back, rows.Audit is [var row, ..] ? row.Id : null);
    }

    private static ActionAsked Ask(ActionCall call, KeyInfo key) => new(call.Action, call.Form.With(("confirm", call.Form.Confirm)), $"Revoke the key {key.Name}?")
    {
        Lines =
        [
            key.LastUsedAt is { } used ? $"It was last used at {Clock.Iso(used)}{(key.LastUsedAddress is { } address ? $" from {address}" : "")}." : "It was never used.",
            "Whatever uses it is refused from now on, within two seconds on every server. Holds and leases taken with it stay until they end or expire.",
            "This cannot be undone. To replace a secret without an interruption, rotate the key instead.",
        ],
        Confirm = key.Name,
        IsWrong = call.Form.Confirm is { Length: > 0 },
        Buttons = [new AskButton("Revoke", "revoke", true)],
    };
}
