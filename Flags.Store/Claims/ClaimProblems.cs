using System.Globalization;
using Flags.Core;

namespace Flags.Store;

/// <summary>Refusals of claims.</summary>
public static class ClaimProblems
{
    public static Problem Taken(string key, double seconds) => Problems.Of("claimed", 409, "Claimed by another",
        string.Create(CultureInfo.InvariantCulture, $"\"{key}\" is claimed by another attempt for {seconds:0.###} s more unless it renews."), "Leave it to that one, or ask again when its time is over.") with
    { State = "claimed", ExpiresInSeconds = seconds, RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(seconds)) };

    public static Problem Done(string key, double seconds, string? result = null) => Problems.Of("claim-done", 409, "Done",
        string.Create(CultureInfo.InvariantCulture, $"\"{key}\" is done; nobody can claim it for another {seconds:0.###} s."), "There is nothing left to do.") with
    { State = "done", ExpiresInSeconds = seconds, Result = result is null ? null : ClaimStore.Json(result) };

    public static Problem StaleToken(string key) => Problems.Of("stale-token", 409, "Another token",
        $"That is not the newest token of \"{key}\", or another key's.", "Stop: another attempt has it by now.");

    public static Problem Unknown(string key) => Problems.Of("unknown-claim", 404, "No such claim", $"Nobody has claimed \"{key}\", or its time is long over.", "Claim it with PUT.");

    public static Problem Lost(string key, string reason) => Problems.Of("claim-lost", 410, "The claim is over",
        $"The claim of \"{key}\" is {reason}.", reason == "expired" ? "Stop, and claim it again; what is finished already can still be completed if nobody else has claimed it." : "Claim it again.") with
    { Reason = reason };

    public static Problem Recovering(double seconds) => HoldProblems.Recovering(seconds, 0, "nobody claims anything new") with { InFlight = null };

    public static Problem KeyTooLong(int bytes) => Problems.Of("key-too-long", 422, "The key is too long",
        $"key: has {bytes} bytes in UTF-8; at most {Limits.ClaimKeyBytes} are allowed.", "Use an id, or a hash of what makes it unique.") with
    { Errors = [new FieldError("key", $"has {bytes} bytes in UTF-8; at most {Limits.ClaimKeyBytes} are allowed")] };

    public static Problem ResultTooLarge(int bytes) => Problems.Of("result-too-large", 413, "The result is too large",
        $"result: has {bytes} bytes; at most {Limits.ClaimResultBytes} are allowed.", "Store it elsewhere, and complete the claim with where it is.") with
    { Errors = [new FieldError("result", $"has {bytes} bytes; at most {Limits.ClaimResultBytes} are allowed")] };
}
