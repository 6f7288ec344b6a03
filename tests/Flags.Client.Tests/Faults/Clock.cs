using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>Moves fake time on until something happens.</summary>
internal static class Clock
{
    /// <summary>One second at a time, so that timers which are armed meanwhile are not jumped over.</summary>
    /// <returns>How much fake time it took.</returns>
    public static async Task<TimeSpan> AdvanceUntilAsync(FakeTime time, Func<bool> happened, string what)
    {
        TimeSpan passed = TimeSpan.Zero;
        await Eventually.TrueAsync(() =>
        {
            if (happened())
                return true;
            time.Advance(TimeSpan.FromSeconds(1));
            passed += TimeSpan.FromSeconds(1);
            return false;
        }, what);
        return passed;
    }

    /// <summary>A few steps with real time between them, for what a real server answers: time limits of calls pass with the fake time too.</summary>
    public static async Task StepUntilAsync(FakeTime time, TimeSpan step, Func<bool> happened, string what)
    {
        for (int i = 0; i < 6 && !happened(); i++)
        {
            time.Advance(step);
            long began = TimeProvider.System.GetTimestamp();
            while (!happened() && TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(3))
                await Task.Delay(TimeSpan.FromMilliseconds(5));
        }

        Assert.True(happened(), what);
    }
}
