using System.Diagnostics;

namespace Flags.Testing;

/// <summary>Waits for a condition, with a deadline that has head-room for a busy machine.</summary>
public static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > Deadline)
                throw new TimeoutException($"Not within {Deadline.TotalSeconds} s: {what}.");
            await Task.Delay(Step);
        }
    }
}
