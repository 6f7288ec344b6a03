using System.Text.Json;
using Flags.Core;

namespace Flags.Checker;

public sealed partial class RestDoor
{
    private const string Version = "v1";

    public override Task<Answer> ClaimAsync(Wish wish) => AskAsync(async () =>
    {
        GrantedClaim claim = await Api.ClaimAsync(wish.Key, new TakeClaim { Owner = $"{wish.Owner}", Ttl = new Duration(wish.Ttl), Keep = new Duration(wish.Keep), Mode = wish.Once ? "once" : "at-least-once" });
        return new Answer("claimed", claim.Token, claim.ExpiresInSeconds) { Attempt = claim.Attempt };
    });

    public override Task<Answer> RenewClaimAsync(string key, long token, TimeSpan ttl) =>
        AskAsync(async () => new Answer("renewed", token, (await Api.RenewClaimAsync(key, new RenewClaim(token, new Duration(ttl)))).ExpiresInSeconds));

    public override Task<Answer> CompleteAsync(string key, long token, string result) =>
        AskAsync(async () => new Answer((await Api.CompleteClaimAsync(key, new CompleteClaim(token, JsonSerializer.Deserialize<JsonElement>(result)))).State, token));

    public override Task<Answer> AbandonAsync(string key, long token) => AskAsync(async () => new Answer((await Api.AbandonClaimAsync(key, new AbandonClaim(token))).State, token));

    public override Task<Answer> BeatAsync(string worker, string role, string state) => AskAsync(async () =>
        new Answer("seen") { Instruction = (await Api.HeartbeatAsync(worker, new Heartbeat { Role = role, Version = Version, State = state })).Instruction });

    public override Task<Answer> InstructAsync(string role, string instruction) => AskAsync(async () =>
    {
        var which = new InstructWorkers { Role = role };
        return new Answer("told") { Count = (instruction == "quiet" ? await Api.QuietWorkersAsync(which) : await Api.TerminateWorkersAsync(which)).Told };
    });

    public override Task<Answer> LookAsync(string worker, string role) => AskAsync(async () => (await Api.ListWorkersAsync(role)).Workers.SingleOrDefault(one => one.Id == worker) is { } info
        ? new Answer("seen") { State = info.State, Instruction = info.Instruction } : new Answer("unknown"));
}
