using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>
/// Keeps the holder current, for ever: connects, follows, and when anything goes wrong pauses and begins again. Each round begins with the
/// snapshot unless the last stream worked, so that where streams are cut by something in between, the rounds are polls.
/// </summary>
internal sealed partial class SnapshotFeed(SnapshotSource source, SnapshotHolder holder, Contact contact, FlagsOptions options, ClientMeter meter, ILogger logger)
{
    // A stream that lived so long did work: what ends it is the next server's start, not ours to slow down for.
    private static readonly TimeSpan LongLived = TimeSpan.FromSeconds(5);

    private readonly Backoff backoff = new(options.Random);
    private TaskCompletionSource nudged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Tag, Position At)? last;
    private bool streamed;

    /// <summary>Told for which features successors ask.</summary>
    public Action<IReadOnlyList<string>>? TakeoverAsked { get; set; }

    private TimeProvider Time => options.TimeProvider;

    public async Task RunAsync(CancellationToken ends)
    {
        while (!ends.IsCancellationRequested)
        {
            // Before the round: what its answer may be too old for ends the pause after it.
            Task nudge = Volatile.Read(ref nudged).Task;
            TimeSpan pause = await RoundAsync(ends).ConfigureAwait(false);
            if (!ends.IsCancellationRequested && contact.IsStale)
                holder.EndHoldsPastLimit();
            await nudge.WaitAsync(pause, Time, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends a pause early: somebody knows that there is news.</summary>
    public void Nudge() => Interlocked.Exchange(ref nudged, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <returns>How long to pause before the next round.</returns>
    private async Task<TimeSpan> RoundAsync(CancellationToken ends)
    {
        long started = Time.GetTimestamp();
        try
        {
            if (options.Mode == FlagsMode.Poll || !streamed || !holder.IsFromServer)
                await FetchAsync(null, ends).ConfigureAwait(false);
            if (options.Mode == FlagsMode.Poll)
            {
                backoff.Reset();
                return options.PollInterval * (0.8 + (0.4 * options.Random()));
            }

            await StreamAsync(ends).ConfigureAwait(false);
            return TimeSpan.Zero;
        }
        catch (Exception) when (ends.IsCancellationRequested)
        {
            return TimeSpan.Zero;
        }
        catch (Exception failure)
        {
            // Whatever it is: this loop is the only one that heals, so nothing may end it.
            Report(failure);
            if (streamed && Time.GetElapsedTime(started) > LongLived)
                backoff.Reset();
            return backoff.Next(RetryAfter(failure));
        }
    }

    private async Task FetchAsync(Position? announced, CancellationToken ends)
    {
        using var activity = ClientMeter.Activities.StartActivity("flags snapshot");
        // After changes came by the stream, the tag is that of something older.
        string? tag = last is { } known && known.At == holder.Position && holder.IsFromServer ? known.Tag : null;
        (SnapshotAnswer answer, bool stale) = await source.FetchAsync(tag, ends).ConfigureAwait(false);
        if (answer.Body is { } body)
        {
            if (!holder.Take(body))
                throw new FlagsUnavailableException($"The server's snapshot ({body.Generation}:{body.Version}) is older than what was seen before ({holder.Position}).");
            last = answer.ETag.Length > 0 ? (answer.ETag, holder.Position) : null;
        }

        if (announced > holder.Position)
            throw new FlagsUnavailableException($"The server's snapshot ({holder.Position}) is older than its stream ({announced}).");
        if (!stale)
            Confirm();
    }

    private async Task StreamAsync(CancellationToken ends)
    {
        bool worked = streamed;
        streamed = false;
        using EventStream stream = await ConnectAsync(ends).ConfigureAwait(false);
        // The server speaks at once: where the first word is held back, it is by something that will hold back all.
        TimeSpan within = options.Timeout < EventStream.Silence ? options.Timeout : EventStream.Silence;
        while (await stream.NextAsync(within, ends).ConfigureAwait(false) is { } said)
        {
            await TakeAsync(said, ends).ConfigureAwait(false);
            if (!streamed && !worked)
                LogStreaming(holder.Position);
            streamed = true;
            within = EventStream.Silence;
        }

        throw new FlagsUnavailableException("The server ended the stream of changes.");
    }

    private async Task<EventStream> ConnectAsync(CancellationToken ends)
    {
        using var activity = ClientMeter.Activities.StartActivity("flags stream");
        meter.Connects.Add(1);
        return await source.OpenAsync(holder.Position, ends).ConfigureAwait(false);
    }

    private async ValueTask TakeAsync(ServerEvent said, CancellationToken ends)
    {
        if (said.Name is not ("change" or "resync"))
        {
            if (said.Name == "takeover")
                TakeoverAsked?.Invoke(Read(said, FlagsJson.Relaxed.TakeoverBody).Features ?? []);
            else if (said.Name == "ping" && !SaysStale(said))
                Confirm();
            return;
        }

        ChangeBody change = Read(said, FlagsJson.Relaxed.ChangeBody);
        if (Poison.In(change) is not null)
            throw new FlagsUnavailableException($"The event {said.Name} of the stream cannot be used.");
        var at = new Position(change.Generation, change.Version);
        Position here = holder.Position;
        if (at.Generation < here.Generation)
            throw new FlagsUnavailableException($"The stream is of an older generation ({at}) than what was seen before ({here}).");
        if (at > here && (change.Refetch || said.Name == "resync" || at.Generation != here.Generation))
        {
            await FetchAsync(at, ends).ConfigureAwait(false);
            return;
        }

        holder.Apply(change);
        if (at >= here)
            Confirm();
    }

    // A replica that cannot ask its database keeps the stream open, and does not know what is current: "staleSeconds" in its ping.
    private static bool SaysStale(ServerEvent ping) => ping.Data.Span.IndexOf("\"staleSeconds\""u8) >= 0;

    private static T Read<T>(ServerEvent said, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            T? read = Utf8.IsValid(said.Data.Span) ? JsonSerializer.Deserialize(said.Data.Span, type) : null;
            return read ?? throw new FlagsUnavailableException($"The event {said.Name} of the stream cannot be used.");
        }
        catch (JsonException wrong)
        {
            throw new FlagsUnavailableException($"The event {said.Name} of the stream cannot be read.", wrong);
        }
    }

    private void Confirm()
    {
        if (contact.Confirm() is not null)
            LogAnswersAgain(holder.Position);
    }

    private void Report(Exception failure)
    {
        meter.Failures.Add(1);
        // A stream ends whenever a server restarts; only what a fresh connection cannot heal is news.
        if (!streamed && contact.Fail(failure))
            Log(failure);
        holder.Signal();
    }

    private void Log(Exception failure)
    {
        if (failure is FlagsProblemException)
            LogRefused(failure.Message);
        else if (failure is FlagsUnavailableException)
            LogUnavailable(holder.HasSnapshot ? "what was last known stays in force" : "every feature counts as off", failure.Message);
        else
            LogUnexpected(failure);
    }

    private static TimeSpan? RetryAfter(Exception failure) => failure switch
    {
        FlagsUnavailableException { RetryAfter: { } told } => told,
        FlagsProblemException { Problem.RetryAfterSeconds: { } seconds } => TimeSpan.FromSeconds(seconds),
        _ => null,
    };

    [LoggerMessage(100, LogLevel.Warning, "Without the server {Consequence}: {Problem}")]
    private partial void LogUnavailable(string consequence, string problem);

    [LoggerMessage(101, LogLevel.Information, "The server answers again; features are current as of {Position}.")]
    private partial void LogAnswersAgain(Position position);

    [LoggerMessage(102, LogLevel.Error, "The server refuses to say which features are on: {Problem}")]
    private partial void LogRefused(string problem);

    [LoggerMessage(103, LogLevel.Debug, "Changes arrive as they happen, from {Position} on.")]
    private partial void LogStreaming(Position position);

    [LoggerMessage(104, LogLevel.Error, "Following the server failed unexpectedly and is begun anew.")]
    private partial void LogUnexpected(Exception failure);
}
