using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary>Says why a job waits: a line whenever that changes, a live one on a terminal.</summary>
internal sealed class WaitReport(Reporter reporter, JobOptions asked, TimeProvider time) : IProgress<NotEntered>, IDisposable
{
    private readonly long started = time.GetTimestamp();
    private IDisposable? live;
    private string? said;
    private volatile string? now;

    /// <summary>Told when the deploy that holds the feature is the one that waits for this command.</summary>
    public required Action WaitsForItself { get; init; }

    private TimeSpan Waited => time.GetElapsedTime(started);

    public void Report(NotEntered value)
    {
        now = Why(value);
        if (value.Holds.Any(hold => hold.Id.ToString() == Environment.GetEnvironmentVariable(ChildEnvironment.HoldId)))
            WaitsForItself();
        live ??= reporter.Live(() => $"waiting {Text.Of(Waited)} of {Text.Of(asked.Wait)} for {asked.Feature}: {now}");
        string key = value.Problem is { } problem ? $"{problem.Reason} {string.Join(' ', value.Holds.Select(hold => hold.Id))}" : "unreachable";
        if (key == said)
            return;
        said = key;
        HoldInfo? hold = value.Holds.Count > 0 ? value.Holds[0] : null;
        reporter.Say("waiting", $"Waiting up to {Text.Of(asked.Wait)} for {asked.Feature}: {now}.", ("feature", asked.Feature), ("reason", value.Problem?.Reason ?? "unreachable"),
            ("holder", hold?.Holder), ("why", hold?.Reason), ("since", hold?.Since), ("until", hold?.ExpiresAt), ("url", hold?.Url));
    }

    public void Entered(Lease lease)
    {
        live?.Dispose();
        if (said is not null)
            reporter.Say("entered", $"Entered {asked.Feature} after {Text.Of(Waited)}.", ("feature", asked.Feature), ("lease", lease.Id), ("token", lease.Token));
        else
            reporter.Note("entered", $"Entered {asked.Feature}.", ("feature", asked.Feature), ("lease", lease.Id), ("token", lease.Token));
    }

    public void Dispose() => live?.Dispose();

    private string Why(NotEntered refused) => refused switch
    {
        { Reason: NotEnteredReason.Held, Holds: { Count: > 0 } holds } => string.Join("; ", holds.Select(Held)),
        { Reason: NotEnteredReason.Disabled } => "it is turned off for this job",
        { Reason: NotEnteredReason.Full } => $"it is full, {refused.InFlight} inside",
        { Problem.Detail: var detail } => detail.TrimEnd('.'),
        _ => refused.Outage?.Message.TrimEnd('.') ?? "the server gives no answer",
    };

    private string Held(HoldInfo hold) =>
        $"held by {hold.Holder} ({hold.Reason}) since {Text.At(hold.Since, time)}, until {Text.At(hold.ExpiresAt, time)} unless extended{(hold.Url is null ? "" : $", see {hold.Url}")}";
}
