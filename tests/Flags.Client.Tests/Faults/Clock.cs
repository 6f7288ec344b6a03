using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>Moves fake time on until something happens.</summary>
internal static class Clock
{
    /// <summary>One second at a time, so that timers which are armed meanwhile are not jumped over, and none before the last has had its effects.</summary>
    /// <returns>How much fake time it took; an hour of it at most, however long a busy machine takes for that.</returns>
    public static async Task<TimeSpan> AdvanceUntilAsync(FakeTime time, Func<bool> happened, string what)
    {
        TimeSpan passed = TimeSpan.Zero, step = TimeSpan.FromSeconds(1);
        for (; !happened(); passed += step)
        {
            Assert.True(passed < TimeSpan.FromHours(1), $"Not within an hour of fake time: {what}");
            time.Advance(step);
            await SettleAsync();
        }

        return passed;
    }

    /// <summary>Real time for what has become due: until nothing is queued for a moment, or for as long as a busy machine may take.</summary>
    public static async Task SettleAsync()
    {
        for (int quiet = 0, looks = 0; quiet < 3 && looks < 20; looks++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(2));
            quiet = ThreadPool.PendingWorkItemCount == 0 ? quiet + 1 : 0;
        }
    }

    /// <summary>One pause after the other passes. While there is none a call is on its way, and its time limit waits with it, however slow the machine.</summary>
    /// <param name="time">The client must not report usage. For an exact sum nobody may have waited with it: what is left of an ended wait passes, too.</param>
    /// <param name="happened">Whether it has.</param>
    /// <param name="what">Said when it does not.</param>
    /// <param name="planned">Which pauses pass; null for all.</param>
    /// <returns>How much fake time it took.</returns>
    public static async Task<TimeSpan> PassUntilAsync(FakeTime time, Func<bool> happened, string what, Func<TimeSpan, bool>? planned = null)
    {
        long began = time.GetTimestamp();
        await Eventually.TrueAsync(() =>
        {
            // Before the look: what led to a pause can be seen once there is one.
            TimeSpan[] pauses = [.. time.Pauses.Where(planned ?? (_ => true))];
            if (happened())
                return true;
            if (pauses is [var shortest, ..])
                time.Advance(shortest);
            return false;
        }, what);
        return time.GetElapsedTime(began);
    }
}
