namespace Flags.Checker;

public sealed partial class Client
{
    /// <param name="wish">Who wants which key.</param>
    /// <param name="again">Whether the same call was sent before, so that its answer may be that of the first.</param>
    public Task<Event> ClaimAsync(Wish wish, bool again = false)
    {
        Event call = Begin(Operation.Claim, wish.Owner) with { Key = wish.Key, TtlSeconds = wish.Ttl.TotalSeconds, KeepSeconds = wish.Keep.TotalSeconds, Once = wish.Once };
        return CallAsync(call, async () => await door.ClaimAsync(wish) is var answer && again && door is RestDoor && answer.Outcome == "claimed" ? answer with { Outcome = "replay" } : answer);
    }

    public Task<Event> RenewClaimAsync(Event claim) =>
        CallAsync(Of(Operation.RenewClaim, claim) with { Key = claim.Key, TtlSeconds = claim.TtlSeconds }, () => door.RenewClaimAsync(claim.Key, claim.Token, TimeSpan.FromSeconds(claim.TtlSeconds)));

    public Task<Event> CompleteAsync(Event claim, string result) =>
        CallAsync(Of(Operation.Complete, claim) with { Key = claim.Key, Result = result, KeepSeconds = claim.KeepSeconds }, () => door.CompleteAsync(claim.Key, claim.Token, result));

    public Task<Event> AbandonAsync(Event claim) => CallAsync(Of(Operation.Abandon, claim) with { Key = claim.Key }, () => door.AbandonAsync(claim.Key, claim.Token));

    public Task<Event> BeatAsync(string worker, string role, string state) => CallAsync(Begin(Operation.Beat, Guid.Empty) with { Key = worker, State = state }, () => door.BeatAsync(worker, role, state));

    public Task<Event> InstructAsync(string worker, string role, string instruction) =>
        CallAsync(Begin(Operation.Instruct, Guid.Empty) with { Key = worker, Instruction = instruction }, () => door.InstructAsync(role, instruction));

    public Task<Event> LookAsync(string worker, string role) => CallAsync(Begin(Operation.Look, Guid.Empty) with { Key = worker }, () => door.LookAsync(worker, role));
}
