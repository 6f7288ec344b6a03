namespace Flags.Admin.Tests;

/// <summary>Waits for a condition, with a deadline.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, int seconds = 20)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            Assert.False(deadline.IsCancellationRequested, $"Waited {seconds} s for {what}.");
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
