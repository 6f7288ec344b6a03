using System.Text.Json;
using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>
/// One key that this process alone does; renewed in the background until it is completed or disposed. Thread-safe.
/// </summary>
/// <remarks>
/// Disposing without <see cref="CompleteAsync(string?)"/> gives it back, so that somebody else can do it at once; with <see cref="ClaimMode.Once"/> it stays
/// taken, since nobody knows how far the work came. <see cref="Lost"/> fires about a second before another can have it: stop.
/// </remarks>
public sealed partial class Claim : ClaimResult
{
    private static readonly TimeSpan ShortestCompleting = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromSeconds(2), Quickest = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource ends = new();
    private readonly ClaimParts parts;
    private readonly ClaimOptions asked;
    private readonly ILogger logger;
    private readonly Task renewing;
    private volatile bool completing;
    private int disposed;

    internal Claim(GrantedClaim granted, ClaimOptions asked, Deadline deadline, ClaimParts parts)
        : base(granted.Key)
    {
        (Token, Attempt, Deadline, this.asked, this.parts) = (granted.Token, granted.Attempt, deadline, asked, parts);
        logger = parts.Logger;
        parts.Jobs.Add(this, null, deadline.Lose);
        renewing = RenewAsync(deadline.LeftOf(TimeSpan.FromSeconds(granted.RenewInSeconds)));
    }

    /// <summary>The fencing token, a number that only grows: pass it to what the work writes to, and have that refuse smaller ones.</summary>
    public long Token { get; }

    /// <summary>1 for the first; one more each time that an attempt before died or gave up: then look what it left half done.</summary>
    public int Attempt { get; }

    /// <summary>Fires when the work must stop: the claim has expired, another has it, or it could not be renewed in time. Not by completing or disposing.</summary>
    public CancellationToken Lost => Deadline.Lost;

    /// <summary>How long it surely lives if no renewal succeeds; zero when it is over.</summary>
    public TimeSpan Remaining => Deadline.IsLive ? Deadline.Remaining : TimeSpan.Zero;

    internal Deadline Deadline { get; }

    private TimeProvider Time => parts.Options.TimeProvider;

    /// <summary>Throws unless the key is surely this attempt's, by the clock and not by a timer. Call it before each side effect.</summary>
    /// <param name="minRemaining">How long the side effect may take; default 0.</param>
    /// <exception cref="ClaimLostException">It is over, was completed, or less than that remains.</exception>
    public void EnsureValid(TimeSpan minRemaining = default)
    {
        if (!Deadline.IsLive)
            throw new ClaimLostException($"The claim of \"{Key}\" is over: {Deadline.Why ?? "it was completed or given back"}.");
        if (Deadline.Remaining is var left && left <= minRemaining)
            throw new ClaimLostException($"The claim of \"{Key}\" lives for {left.TotalSeconds:0.0} s more, and {minRemaining.TotalSeconds:0.0} s are needed.");
    }

    /// <summary>Says that it is done: nobody claims it again within <see cref="ClaimOptions.Keep"/>, and whoever asks gets the result. Repeated by itself until it is answered.</summary>
    /// <param name="result">For whoever asks later, at most 64 KiB as JSON; null for none.</param>
    /// <returns>The same as others get.</returns>
    /// <remarks>Finished late counts, as long as nobody else has claimed it since. It takes no token: what is done is done.</remarks>
    /// <exception cref="ClaimLostException">Another attempt has it by now.</exception>
    /// <exception cref="FlagsUnavailableException">No answer while the claim lived, and for 5 s at least. Whether it was recorded is unknown; this may be called again.</exception>
    /// <exception cref="FlagsProblemException">The result is too large; nothing was recorded, and this may be called again.</exception>
    public Task<ClaimDone> CompleteAsync(string? result = null) =>
        EndAsync(result is null ? null : JsonSerializer.SerializeToElement(result, FlagsJson.Relaxed.String));

    /// <inheritdoc cref="CompleteAsync(string?)"/>
    /// <param name="result">Any JSON for whoever asks later, at most 64 KiB.</param>
    public Task<ClaimDone> CompleteAsync(JsonElement result) => EndAsync(result);

    /// <summary>Gives it back, in either mode: anybody can have it at once, as another attempt. Does nothing once it was completed or disposed; an outage is logged, and it is free after its TTL.</summary>
    public async Task AbandonAsync()
    {
        if (await StopAsync().ConfigureAwait(false) && !completing && await parts.AbandonAsync(Key, Token).ConfigureAwait(false) is { } problem)
            LogNotAbandoned(Key, problem);
    }

    /// <summary>Gives it back unless it was completed or the mode is <see cref="ClaimMode.Once"/>. An outage is logged, not thrown.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (asked.Mode == ClaimMode.Once)
            await StopAsync().ConfigureAwait(false);
        else
            await AbandonAsync().ConfigureAwait(false);
    }

    /// <summary>The key and the attempt.</summary>
    public override string ToString() => $"{Key} (attempt {Attempt})";

    private async Task<ClaimDone> EndAsync(JsonElement? result)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref disposed) != 0, this);
        // Not given back from here on: the work is done, whatever becomes of the answer.
        completing = true;
        TimeSpan left = Remaining;
        using var late = new CancellationTokenSource(left > ShortestCompleting ? left : ShortestCompleting, Time);
        try
        {
            EndedClaim done = await parts.RepeatAsync(ends => parts.Api.CompleteClaimAsync(Key, new CompleteClaim(Token, result), ends), late.Token).ConfigureAwait(false);
            await StopAsync().ConfigureAwait(false);
            return new ClaimDone(Key, result, TimeSpan.FromSeconds(done.KeptForSeconds));
        }
        catch (FlagsProblemException refusal) when (IsOver(refusal))
        {
            Deadline.Lose(Why(refusal));
            throw new ClaimLostException($"The claim of \"{Key}\" is over: {Why(refusal)}.", refusal);
        }
        catch (OperationCanceledException slow) when (late.IsCancellationRequested)
        {
            throw new FlagsUnavailableException($"That \"{Key}\" is done was not answered in time.", slow);
        }
    }

    /// <summary>False when that was done before.</summary>
    private async Task<bool> StopAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return false;
        Deadline.Finish();
        await ends.CancelAsync().ConfigureAwait(false);
        await renewing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ends.Dispose();
        parts.Jobs.Remove(this);
        return true;
    }

    private async Task RenewAsync(TimeSpan pause)
    {
        TimeSpan every = asked.Ttl / 3, soon = asked.Ttl / 12 < LongestPause ? asked.Ttl / 12 : LongestPause;
        while (true)
        {
            await Task.Delay(pause, Time, ends.Token).ConfigureAwait(false);
            if (!Deadline.IsLive)
                return;
            pause = await RenewOnceAsync().ConfigureAwait(false) ? every : soon * (0.5 + (parts.Options.Random() / 2));
        }
    }

    /// <summary>False when it is to be tried again soon.</summary>
    private async Task<bool> RenewOnceAsync()
    {
        long sent = Time.GetTimestamp();
        try
        {
            // Half of what is left, so that there is time for another try.
            TimeSpan limit = Deadline.Remaining / 2;
            using var late = new CancellationTokenSource(limit > Quickest ? limit : Quickest, Time);
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ends.Token);
            RenewedClaim renewed = await parts.Api.RenewClaimAsync(Key, new RenewClaim(Token), either.Token).ConfigureAwait(false);
            Deadline.Extend(sent, TimeSpan.FromSeconds(renewed.ExpiresInSeconds));
            return true;
        }
        catch (FlagsProblemException refusal) when (IsOver(refusal))
        {
            // Its own completion may have overtaken it.
            if (!completing)
                Deadline.Lose(Why(refusal));
            return true;
        }
        catch (Exception failure) when (failure is FlagsUnavailableException or FlagsProblemException or ObjectDisposedException || (failure is OperationCanceledException && !ends.IsCancellationRequested))
        {
            LogNotRenewed(Key, Deadline.Remaining.TotalSeconds, failure.Message);
            return false;
        }
    }

    private static bool IsOver(FlagsProblemException refusal) => refusal.Problem.Status is 404 or 409 or 410;

    private static string Why(FlagsProblemException refusal) => refusal.Problem.Detail.TrimEnd('.');

    [LoggerMessage(150, LogLevel.Warning, "The claim of {Key} could not be renewed and ends in {Seconds:0} s unless that succeeds: {Problem}")]
    private partial void LogNotRenewed(string key, double seconds, string problem);

    [LoggerMessage(151, LogLevel.Warning, "Giving back the claim of {Key} was not acknowledged; it is free after its TTL: {Problem}")]
    private partial void LogNotAbandoned(string key, string problem);
}
