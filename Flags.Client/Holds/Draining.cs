using Flags.Core;

namespace Flags.Client;

/// <summary>Waits at the server until nobody is inside, in slices so that whoever watches sees jobs leave.</summary>
internal sealed class Draining(Hold hold, IFlagsApi api, FlagsOptions options, IProgress<DrainProgress>? progress)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(2), Unwatched = TimeSpan.FromSeconds(50);

    private readonly Backoff backoff = new(options.Random);
    private IReadOnlyList<LeaseInfo> inside = [];
    private int total = hold.InFlightAtStart;

    private TimeProvider Time => options.TimeProvider;

    public async Task<DrainResult> RunAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long started = Time.GetTimestamp();
        TimeSpan slice = TimeSpan.Zero;
        while (true)
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(hold.Lost, cancellationToken);
            try
            {
                (DrainResult result, TimeSpan pause) = await AskAsync(slice, started, either.Token).ConfigureAwait(false);
                TimeSpan left = timeout == Timeout.InfiniteTimeSpan ? Unwatched : timeout - Time.GetElapsedTime(started);
                if (result is Drained || left <= TimeSpan.Zero)
                    return result;
                await Task.Delay(pause < left ? pause : left, Time, either.Token).ConfigureAwait(false);
                TimeSpan longest = progress is null ? Unwatched : Watched;
                slice = left < longest ? left : longest;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                hold.EnsureValid();
                throw;
            }
        }
    }

    private async Task<(DrainResult Result, TimeSpan Pause)> AskAsync(TimeSpan slice, long started, CancellationToken cancellationToken)
    {
        long sent = Time.GetTimestamp();
        try
        {
            DrainedHold drained = await api.GetDrainedAsync(hold.Id, slice > TimeSpan.Zero ? new Duration(slice) : null, cancellationToken).ConfigureAwait(false);
            hold.EnsureValid();
            return (new Drained(drained.DrainedAt, drained.Token, drained.Left, drained.Expired), TimeSpan.Zero);
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Status == 423)
        {
            backoff.Reset();
            inside = refusal.Problem.Leases ?? [];
            total = Math.Max(total, inside.Count);
            progress?.Report(new DrainProgress(total - inside.Count, total, inside, Time.GetElapsedTime(started)));
            bool waited = Time.GetElapsedTime(sent) >= slice / 2;
            return (new NotDrained(refusal.Problem.Reason ?? "draining", inside), waited ? TimeSpan.Zero : backoff.Next());
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Status == 410)
        {
            throw new HoldLostException($"The hold {hold.Id} is over: {refusal.Problem.Detail}");
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Status == 429)
        {
            return (new NotDrained("unreachable", inside), backoff.Next(TimeSpan.FromSeconds(refusal.Problem.RetryAfterSeconds ?? 1)));
        }
        catch (FlagsUnavailableException outage)
        {
            return (new NotDrained("unreachable", inside), backoff.Next(outage.RetryAfter));
        }
    }
}
