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
}
