namespace Flags.Checker.Tests;

internal sealed partial class Story
{
    /// <summary>Lives and keeping in seconds; all want one key.</summary>
    public Story Claim(string owner, double sent, double? answered, long token = 0, int attempt = 1, string outcome = "claimed", double ttl = 2, double keep = 60, bool once = false, string? result = null, double? left = null) => Add(
        new Event { Operation = Operation.Claim, Key = "k", Id = Id(owner), Sent = Ms(sent), Outcome = outcome, Token = token, Attempt = attempt, TtlSeconds = ttl, ExpiresInSeconds = left ?? ttl, KeepSeconds = keep, Once = once, Result = result }, answered);

    public Story RenewClaim(string owner, double sent, double? answered, long token, string outcome = "renewed", double ttl = 2) => Add(
        new Event { Operation = Operation.RenewClaim, Key = "k", Id = Id(owner), Sent = Ms(sent), Outcome = outcome, Token = token, TtlSeconds = ttl, ExpiresInSeconds = ttl }, answered);

    public Story Complete(string owner, double sent, double? answered, long token, string result = "42", string outcome = "done") => Add(
        new Event { Operation = Operation.Complete, Key = "k", Id = Id(owner), Sent = Ms(sent), Outcome = outcome, Token = token, Result = result }, answered);

    public Story Abandon(string owner, double sent, double? answered, long token, string outcome = "abandoned") => Add(
        new Event { Operation = Operation.Abandon, Key = "k", Id = Id(owner), Sent = Ms(sent), Outcome = outcome, Token = token }, answered);

    /// <summary>A call of a successor.</summary>
    public Story Ask(string lease, double sent, double? answered, long token = 0, string outcome = "full") => Add(
        new Event { Operation = Operation.Enter, Id = Id(lease), Sent = Ms(sent), Outcome = outcome, Token = token, TtlSeconds = 60, ExpiresInSeconds = 60, Takeover = true }, answered);

    public Story Beat(double sent, double? answered, string state, string outcome = "seen", string instruction = "none") => Add(
        new Event { Operation = Operation.Beat, Key = "w", Sent = Ms(sent), Outcome = outcome, State = state, Instruction = instruction }, answered);

    public Story Look(double sent, double? answered, string state, string instruction = "none") => Add(
        new Event { Operation = Operation.Look, Key = "w", Sent = Ms(sent), Outcome = "seen", State = state, Instruction = instruction }, answered);

    public Story Instruct(double sent, double? answered, string instruction) => Add(
        new Event { Operation = Operation.Instruct, Key = "w", Sent = Ms(sent), Outcome = "told", Instruction = instruction }, answered);
}
