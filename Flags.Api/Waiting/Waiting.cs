using Flags.Store;
using Microsoft.AspNetCore.Http.Features;

namespace Flags.Api;

/// <summary>One look of a long poll.</summary>
/// <param name="Done">Whether the answer is final; otherwise it is what the caller gets when its patience ends.</param>
/// <param name="Answer">Makes the answer.</param>
/// <param name="Again">When to look again even if nothing happens, if that is sooner than the net.</param>
/// <param name="OnlyChanges">Whether nothing but a change of features can help: when a hundred jobs leave, a hundred that wait need not look a hundred times.</param>
internal sealed record Look(bool Done, Func<Task<IResult>> Answer, TimeSpan? Again = null, bool OnlyChanges = false)
{
    public static Look Final(IResult answer) => new(true, () => Task.FromResult(answer));
}

/// <summary>
/// Long polls: a waiter holds no connection, looks again at every beat of the <see cref="Pulse"/>, and once a second if none comes. It ends with
/// its patience, its client, its key, or the server.
/// </summary>
internal sealed class Waiting(Pulse pulse, KeyRing keys, Database database, IHostApplicationLifetime lifetime, TimeProvider time) : IDisposable
{
    /// <summary>How many waiters look at once at most: when a hold ends, a hundred of them must not empty the pool for everybody else. A small pool has one left for those.</summary>
    private const int Turns = 8;

    private static readonly TimeSpan Net = TimeSpan.FromSeconds(1), Jitter = TimeSpan.FromSeconds(0.1), Moment = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim turns = new(Math.Clamp(database.MostConnections - 1, 1, Turns));

    /// <param name="context">Whose call it is.</param>
    /// <param name="patience">How long; zero looks once.</param>
    /// <param name="look">Looks; it is told whether the caller would wait if the answer is not final.</param>
    public async Task<IResult> UntilAsync(HttpContext context, TimeSpan patience, Func<bool, Task<Look>> look)
    {
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        long began = time.GetTimestamp();
        (Task beat, Task change) = (pulse.Next, pulse.Change);
        Look seen = await look(patience > TimeSpan.Zero);
        while (!seen.Done)
        {
            TimeSpan left = patience - time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero || ends.IsCancellationRequested)
                break;
            await ((Task)(seen.OnlyChanges ? change : beat).WaitAsync(Sleep(left, seen.Again), time, ends.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            context.RequestAborted.ThrowIfCancellationRequested();
            CallerFeature who = context.Features.GetRequiredFeature<CallerFeature>();
            if (!keys.StillGood(who.Caller, who.Key))
                return TypedResults.Challenge(null, [KeyAuthentication.Name]);
            if (await TakeTurnAsync(ends.Token))
            {
                try
                {
                    // Taken before the look: what happens meanwhile is not missed.
                    (beat, change) = (pulse.Next, pulse.Change);
                    seen = await look(time.GetElapsedTime(began) < patience);
                }
                finally
                {
                    turns.Release();
                }
            }
        }

        return await seen.Answer();
    }

    public void Dispose() => turns.Dispose();

    private static TimeSpan Sleep(TimeSpan left, TimeSpan? again)
    {
        TimeSpan net = Net - Random.Shared.NextDouble() * Jitter;
        TimeSpan sleep = again is { } sooner && sooner < net ? sooner : net;
        return sleep < left ? sleep < Moment ? Moment : sleep : left;
    }

    /// <summary>False when all turns are taken for a second, as while the database hangs; then the waiter just waits on.</summary>
    private async Task<bool> TakeTurnAsync(CancellationToken ends)
    {
        try
        {
            return await turns.WaitAsync(Net, ends);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
