using System.Text.Json;
using Flags.Core;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>One job that wants to enter: asks, waits at the server, and asks again with the same id for as long as it may.</summary>
internal sealed partial class Entering(IFlagsApi api, Renewals renewals, FlagsOptions options, ILogger logger, string feature, EnterOptions job)
{
    private const int TriesWithoutWaiting = 2;

    private static readonly TimeSpan LongestSlice = TimeSpan.FromSeconds(50), Withdrawing = TimeSpan.FromSeconds(5);

    private readonly EnterFeature body = new()
    {
        Ttl = new Duration(job.Ttl),
        Holder = job.Holder,
        Actor = job.Actor is { } actor ? JsonSerializer.SerializeToElement(new ActorBody { Id = actor.Id, Properties = actor.Properties, Groups = actor.Groups is null ? null : [.. actor.Groups] }, FlagsJson.Relaxed.ActorBody) : null,
        Parent = job.Parent,
        Takeover = job.Takeover ? true : null,
    };

    private readonly Backoff backoff = new(options.Random);
    private Guid id = Guid.NewGuid();
    private int outages;
    private string? said;

    private TimeProvider Time => options.TimeProvider;

    public async Task<EnterResult> RunAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        long started = Time.GetTimestamp();
        // The first question is asked without waiting, so that the log says at once why a job does not start. A successor waits from the start: the one
        // inside is told of those who wait.
        TimeSpan slice = !job.Takeover ? TimeSpan.Zero : wait == Timeout.InfiniteTimeSpan || wait > LongestSlice ? LongestSlice : wait;
        while (true)
        {
            (EnterResult? result, TimeSpan? pause) = await AskAsync(slice, cancellationToken).ConfigureAwait(false);
            if (result is Lease)
                return result;
            TimeSpan left = wait == Timeout.InfiniteTimeSpan ? LongestSlice : wait - Time.GetElapsedTime(started);
            if (result is NotEntered refused)
            {
                if (IsFinal(refused, left))
                    return refused;
                Tell(refused);
            }

            if (pause is { } rest)
                await DelayAsync(rest < left || left < TimeSpan.Zero ? rest : left, cancellationToken).ConfigureAwait(false);
            slice = result is null ? TimeSpan.Zero : left < LongestSlice ? left : LongestSlice;
        }
    }

    /// <summary>Once; no result means that the same must be asked again without waiting.</summary>
    private async Task<(EnterResult? Result, TimeSpan? Pause)> AskAsync(TimeSpan slice, CancellationToken cancellationToken)
    {
        long sent = Time.GetTimestamp();
        try
        {
            EnteredLease entered = await api.EnterFeatureAsync(feature, id, body, slice > TimeSpan.Zero ? new Duration(slice) : null, cancellationToken).ConfigureAwait(false);
            if (slice > TimeSpan.Zero && Time.GetElapsedTime(sent) > job.Ttl / 6)
                return (null, null);
            var deadline = new Deadline($"The lease {id} on {feature}", sent, TimeSpan.FromSeconds(entered.ExpiresInSeconds), Time, logger);
            if (deadline.IsLive)
                return (new Lease(entered, job.Holder, deadline, renewals), null);
            return Unreachable(new FlagsUnavailableException($"The server's answer took longer than the lease's TTL of {job.Ttl.TotalSeconds} s."));
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Status == 423)
        {
            outages = 0;
            bool waited = Time.GetElapsedTime(sent) >= slice / 2;
            return (new NotEntered(feature, refusal.Problem), waited ? null : backoff.Next());
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Type.EndsWith(":lease-lost", StringComparison.Ordinal))
        {
            // An answer was lost, and the lease it would have told of has expired since.
            id = Guid.NewGuid();
            return (null, backoff.Next());
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
            renewals.GivingBack.Add(WithdrawAsync());
            throw;
        }
    }

    private (EnterResult? Result, TimeSpan? Pause) Unreachable(FlagsUnavailableException outage)
    {
        outages++;
        if (job.WhenUnreachable == WhenUnreachable.Run && outages >= TriesWithoutWaiting)
        {
            LogUnguarded(feature, outage.Message);
            renewals.GivingBack.Add(WithdrawAsync());
            return (new Lease(feature, job.Holder), null);
        }

        return (new NotEntered(feature, outage), backoff.Next(outage.RetryAfter));
    }

    private bool IsFinal(NotEntered refused, TimeSpan left)
    {
        bool final = refused.Outage is null || job.WhenUnreachable == WhenUnreachable.Wait ? left <= TimeSpan.Zero : outages >= TriesWithoutWaiting;
        // Only what was not answered may have been granted.
        if (final && refused.Outage is not null)
            renewals.GivingBack.Add(WithdrawAsync());
        return final;
    }

    private void Tell(NotEntered refused)
    {
        job.Progress?.Report(refused);
        string why = refused.ToString();
        if (refused.Problem?.Reason == said && refused.Outage is null)
            return;
        said = refused.Problem?.Reason;
        LogWaiting(why);
    }

    /// <summary>In the background: if the unanswered call did enter, nobody would renew that lease, and a deploy would wait for its TTL.</summary>
    private async Task WithdrawAsync()
    {
        using var late = new CancellationTokenSource(Withdrawing, Time);
        try
        {
            EnteredLease entered = await api.EnterFeatureAsync(feature, id, body, null, late.Token).ConfigureAwait(false);
            await renewals.LeaveAsync(id, entered.Token, feature).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is FlagsUnavailableException or FlagsProblemException or OperationCanceledException or ObjectDisposedException)
        {
            LogWithdrawn(feature, failure.Message);
        }
    }

    private async Task DelayAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(pause, Time, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            renewals.GivingBack.Add(WithdrawAsync());
            throw;
        }
    }

    [LoggerMessage(120, LogLevel.Information, "Waiting to enter {Why}")]
    private partial void LogWaiting(string why);

    [LoggerMessage(121, LogLevel.Warning, "Running {Feature} without protection, as the job asked for: {Problem}")]
    private partial void LogUnguarded(string feature, string problem);

    [LoggerMessage(122, LogLevel.Debug, "Nothing of {Feature} was left over: {Problem}")]
    private partial void LogWithdrawn(string feature, string problem);
}
