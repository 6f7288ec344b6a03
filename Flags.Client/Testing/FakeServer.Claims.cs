using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Client;

/// <summary>Claims that live until they are completed or given back, and workers that are told nothing.</summary>
internal sealed partial class FakeServer
{
    private static readonly Duration Keep = new(TimeSpan.FromHours(24));

    private readonly ConcurrentDictionary<string, FakeClaim> claims = new(StringComparer.Ordinal);

    private HttpResponseMessage? Claims(string method, string[] path, byte[] body) => (method, path) switch
    {
        ("PUT", [_, _, _, "claims", var key]) => Take(Uri.UnescapeDataString(key), body),
        ("POST", [_, _, _, "claims", var key, "complete"]) => Complete(Uri.UnescapeDataString(key), Read(body, FlagsJson.Relaxed.CompleteClaim)),
        ("POST", [_, _, _, "claims", var key, "renew"]) => IsNewest(Uri.UnescapeDataString(key), Read(body, FlagsJson.Relaxed.RenewClaim).Token)
            ? Json(HttpStatusCode.OK, Bytes(new RenewedClaim(Ttl), FlagsJson.Relaxed.RenewedClaim), "application/json") : Over(key),
        ("POST", [_, _, _, "claims", var key, "abandon"]) => Abandon(Uri.UnescapeDataString(key), Read(body, FlagsJson.Relaxed.AbandonClaim).Token),
        ("PUT", [_, _, _, "workers", _]) => Json(HttpStatusCode.OK, Bytes(new HeartbeatAnswer("none", 5), FlagsJson.Relaxed.HeartbeatAnswer), "application/json"),
        _ => null,
    };

    private HttpResponseMessage Take(string key, byte[] body)
    {
        string owner = Read(body, FlagsJson.Relaxed.TakeClaim).Owner ?? Guid.NewGuid().ToString();
        FakeClaim claim = claims.AddOrUpdate(
            key, _ => new FakeClaim(owner, Interlocked.Increment(ref token), 1, "claimed", null),
            (_, known) => known.State == "abandoned" ? new FakeClaim(owner, Interlocked.Increment(ref token), known.Attempt + 1, "claimed", null) : known);
        if (claim.Owner == owner && claim.State == "claimed")
            return Json(HttpStatusCode.Created, Bytes(new GrantedClaim(key, claim.Token, claim.Attempt, Ttl, Ttl / 3), FlagsJson.Relaxed.GrantedClaim), "application/json");
        bool done = claim.State == "done";
        var problem = new Problem
        {
            Type = done ? "urn:flags:problem:claim-done" : "urn:flags:problem:claimed",
            Title = "FakeFlags",
            Status = 409,
            Detail = done ? $"\"{key}\" is done." : $"\"{key}\" is claimed by another attempt.",
            Next = "Leave it to that one.",
            State = claim.State,
            ExpiresInSeconds = done ? Keep.Value.TotalSeconds : Ttl,
            Result = claim.Result,
        };
        return Json(HttpStatusCode.Conflict, Bytes(problem, FlagsJson.Relaxed.Problem), "application/problem+json");
    }

    private HttpResponseMessage Complete(string key, CompleteClaim complete)
    {
        if (!IsNewest(key, complete.Token))
            return Over(key);
        claims[key] = claims[key] with { State = "done", Result = complete.Result };
        return Json(HttpStatusCode.OK, Bytes(new EndedClaim("done", Keep.Value.TotalSeconds), FlagsJson.Relaxed.EndedClaim), "application/json");
    }

    private HttpResponseMessage Abandon(string key, long of)
    {
        if (!IsNewest(key, of))
            return Over(key);
        claims[key] = claims[key] with { State = "abandoned" };
        return Json(HttpStatusCode.OK, Bytes(new EndedClaim("abandoned", 0), FlagsJson.Relaxed.EndedClaim), "application/json");
    }

    private bool IsNewest(string key, long of) => claims.TryGetValue(key, out FakeClaim? claim) && claim.Token == of && claim.State == "claimed";

    private static HttpResponseMessage Over(string key) => Problem(409, $"That is not the newest token of \"{key}\".", "Stop.");

    private sealed record FakeClaim(string Owner, long Token, int Attempt, string State, JsonElement? Result);
}
