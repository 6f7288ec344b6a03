using System.Security.Cryptography;
using System.Text;

namespace Flags.Checker.Tests;

/// <summary>A history made by hand. Times are milliseconds, lives seconds; names stand for ids.</summary>
internal sealed partial class Story
{
    private const string Feature = "f";

    private readonly List<Event> events = [];

    public IReadOnlyList<Event> Events => events;

    public IReadOnlyList<int> Broken(Tolerance? tolerance = null) => [.. Invariant.Check(events, tolerance ?? Tolerance.Strict).Select(v => v.Invariant).Distinct().Order()];

    public Story Enter(string lease, double sent, double? answered, long token = 0, string outcome = "entered", double ttl = 60, string? parent = null, bool waits = false) => Add(
        new Event { Operation = Operation.Enter, Id = Id(lease), Sent = Ms(sent), Outcome = outcome, Token = token, TtlSeconds = ttl, ExpiresInSeconds = ttl, Parent = parent is null ? null : Id(parent), Waits = waits }, answered);

    public Story Renew(string lease, double sent, double? answered, string outcome = "renewed", double ttl = 60) => Add(
        new Event { Operation = Operation.Renew, Id = Id(lease), Sent = Ms(sent), Outcome = outcome, TtlSeconds = ttl, ExpiresInSeconds = ttl }, answered);

    public Story Leave(string lease, double sent, double? answered, string outcome = "live") => Add(
        new Event { Operation = Operation.Leave, Id = Id(lease), Sent = Ms(sent), Outcome = outcome }, answered);

    /// <summary>A job that entered in a millisecond and left in one.</summary>
    public Story Job(string lease, double entered, double left, long token, double ttl = 60) =>
        Enter(lease, entered - 1, entered, token, ttl: ttl).Leave(lease, left, left + 1);

    public Story Write(string lease, double from, double to, long token, long order, string outcome = "accepted") => Add(
        new Event { Operation = Operation.Write, Id = Id(lease), Sent = Ms(from), Outcome = outcome, Token = token, Count = order, SurelyFrom = Ms(from), SurelyTo = Ms(to) }, to + 1);

    public Story Place(string hold, double sent, double? answered, long token = 0, string outcome = "placed", double ttl = 60) => Add(
        new Event { Operation = Operation.Place, Id = Id(hold), Sent = Ms(sent), Outcome = outcome, Token = token, TtlSeconds = ttl, ExpiresInSeconds = ttl }, answered);

    public Story Extend(string hold, double sent, double? answered, string outcome = "extended", double ttl = 60) => Add(
        new Event { Operation = Operation.Extend, Id = Id(hold), Sent = Ms(sent), Outcome = outcome, TtlSeconds = ttl, ExpiresInSeconds = ttl }, answered);

    public Story Drain(string hold, double sent, double? answered, string outcome = "drained", double? at = null, bool waits = false) => Add(
        new Event { Operation = Operation.Drain, Id = Id(hold), Sent = Ms(sent), Outcome = outcome, At = at is null ? null : Ms(at.Value), Waits = waits }, answered);

    public Story Release(string hold, double sent, double? answered, string outcome = "drained") => Add(
        new Event { Operation = Operation.Release, Id = Id(hold), Sent = Ms(sent), Outcome = outcome }, answered);

    public Story Publish(double at, long token, long order) => Add(
        new Event { Operation = Operation.Publish, Sent = Ms(at), Outcome = "accepted", Token = token, Count = order }, at + 1);

    public Story Limit(int limit) => Add(new Event { Operation = Operation.Feature, Sent = 0, Count = limit }, 1);

    public Story Switch(bool on, double sent, double answered) => Add(
        new Event { Operation = on ? Operation.Enable : Operation.Disable, Sent = Ms(sent), Outcome = "done" }, answered);

    public Story Settle(double sent, double answered, int inside) => Add(
        new Event { Operation = Operation.Settle, Sent = Ms(sent), Outcome = "settled", Count = inside }, answered);

    public Story Generation(double at, double guardSeconds, long enterGuardSeconds = 0) => Add(
        new Event { Operation = Operation.Generation, Sent = Ms(at), Outcome = "done", At = Ms(at), ExpiresInSeconds = guardSeconds, Count = enterGuardSeconds }, at + 1);

    public Story Fault(double from, double to, Operation what = Operation.Fault) => Add(new Event { Operation = what, Sent = Ms(from), Outcome = "done" }, to);

    public Story AuditRow(string hold, string what, long transaction) => Add(
        new Event { Operation = Operation.AuditRow, Id = Id(hold), Sent = 0, Outcome = what, Count = transaction }, 0);

    public Story FeatureRow(string what) => Add(new Event { Operation = Operation.AuditRow, Sent = 0, Outcome = what }, 0);

    public Story HoldRow(string hold, string? ended, double? drainedAt, long transaction) => Add(
        new Event { Operation = Operation.HoldRow, Id = Id(hold), Sent = 0, Outcome = ended, At = drainedAt is null ? null : Ms(drainedAt.Value), Count = transaction }, 0);

    private static long Ms(double milliseconds) => (long)(milliseconds * Clock.Millisecond);

    private static Guid Id(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name))[..16]);

    private Story Add(Event line, double? answered)
    {
        events.Add(line with
        {
            Client = "hand",
            Number = events.Count + 1,
            Features = [Feature],
            Answered = answered is null ? null : Ms(answered.Value),
            GaveUp = answered is null ? line.Sent : null,
            Outcome = answered is null ? null : line.Outcome,
        });
        return this;
    }
}
