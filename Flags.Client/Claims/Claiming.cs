using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>One attempt to claim a key. The same owner is sent only to repeat a call whose outcome is unknown.</summary>
internal sealed partial class Claiming(ClaimParts parts, string key, ClaimOptions asked)
{
    private const int Tries = 2;

    private static readonly TimeSpan Withdrawing = TimeSpan.FromSeconds(5), LongestPause = TimeSpan.FromSeconds(1), Late = TimeSpan.FromMilliseconds(5);

    private readonly ILogger logger = parts.Logger;
    private readonly Backoff backoff = new(parts.Options.Random);
    private Guid owner = Guid.NewGuid();
    private int outages;

    private TimeProvider Time => parts.Options.TimeProvider;

    private TakeClaim Body => new()
    {
        Owner = owner.ToString(),
        Ttl = new Duration(asked.Ttl),
        Keep = new Duration(asked.Keep),
        Mode = asked.Mode == ClaimMode.Once ? "once" : null,
    };

    public async Task<ClaimResult> RunAsync(CancellationToken cancellationToken)
    {
        long started = Time.GetTimestamp();
        while (true)
        {
            (ClaimResult result, TimeSpan pause) = await AskAsync(cancellationToken).ConfigureAwait(false);
            TimeSpan left = asked.Wait == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : asked.Wait - Time.GetElapsedTime(started);
            if (result is Claim or ClaimDone)
                return result;
            bool unknown = result is NotClaimed { Outage: not null };
            if (left <= TimeSpan.Zero && !(unknown && outages < Tries))
            {
                if (unknown)
                    parts.GivingBack.Add(WithdrawAsync());
                return result;
            }

            // Somebody who is done says it to whoever asks, so it is worth asking before the other's time is over.
            await DelayAsync(left > TimeSpan.Zero && left < pause ? left : pause, unknown, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(ClaimResult Result, TimeSpan Pause)> AskAsync(CancellationToken cancellationToken)
    {
        long sent = Time.GetTimestamp();
        try
        {
            GrantedClaim granted = await parts.Api.ClaimAsync(key, Body, cancellationToken).ConfigureAwait(false);
            var deadline = new Deadline($"The claim of {key}", sent, TimeSpan.FromSeconds(granted.ExpiresInSeconds), Time, logger);
            return deadline.IsLive ? (new Claim(granted, asked, deadline, parts), TimeSpan.Zero)
                : Unreachable(new FlagsUnavailableException($"The server's answer took longer than the claim's TTL of {asked.Ttl.TotalSeconds} s."));
        }
        catch (FlagsProblemException refusal) when (refusal.Problem is { Status: 409 or 423 } problem)
        {
            (outages, owner) = (0, Guid.NewGuid());
            return problem switch
            {
                { State: "done" } => (new ClaimDone(key, problem), TimeSpan.Zero),
                { State: "claimed" } => (new ClaimTaken(key, problem), Pause(TimeSpan.FromSeconds(problem.ExpiresInSeconds ?? 0))),
                _ => (new NotClaimed(key, problem), Pause(TimeSpan.FromSeconds(problem.RetryAfterSeconds ?? 1))),
            };
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Status == 429)
        {
            return Unreachable(FlagsUnavailableException.TooMany(refusal));
        }
        catch (FlagsUnavailableException outage)
        {
            return Unreachable(outage);
        }
        catch (OperationCanceledException)
        {
            parts.GivingBack.Add(WithdrawAsync());
            throw;
        }
    }

    private (ClaimResult Result, TimeSpan Pause) Unreachable(FlagsUnavailableException outage)
    {
        outages++;
        return (new NotClaimed(key, outage), backoff.Next(outage.RetryAfter));
    }

    /// <summary>About a second, or less when it is free before that.</summary>
    private TimeSpan Pause(TimeSpan free) => free + Late < LongestPause ? free + Late : LongestPause * (0.8 + (0.4 * parts.Options.Random()));

    private async Task DelayAsync(TimeSpan pause, bool unknown, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (unknown)
                parts.GivingBack.Add(WithdrawAsync());
            throw;
        }
    }

    /// <summary>In the background: if the unanswered call did win, nobody would do what it stands for until its TTL is over.</summary>
    private async Task WithdrawAsync()
    {
        using var late = new CancellationTokenSource(Withdrawing, Time);
        try
        {
            GrantedClaim granted = await parts.Api.ClaimAsync(key, Body, late.Token).ConfigureAwait(false);
            await parts.AbandonAsync(key, granted.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is FlagsUnavailableException or FlagsProblemException or OperationCanceledException or ObjectDisposedException)
        {
            LogWithdrawn(key, failure.Message);
        }
    }

    [LoggerMessage(152, LogLevel.Debug, "Nothing of the claim of {Key} was left over: {Problem}")]
    private partial void LogWithdrawn(string key, string problem);
}
