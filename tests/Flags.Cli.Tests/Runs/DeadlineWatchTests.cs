using Flags.Client;
using Flags.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Flags.Cli.Tests;

/// <summary>How the end of a lease is waited for.</summary>
public sealed class DeadlineWatchTests
{
    [Fact]
    public async Task When_the_command_is_over_nobody_looks_at_its_lease_any_more()
    {
        var time = new FakeTime();
        using var deadline = new Deadline("The lease", time.GetTimestamp(), TimeSpan.FromHours(1), time, NullLogger.Instance);
        using var over = new CancellationTokenSource();
        Task watching = DeadlineWatch.UntilAsync(deadline, TimeSpan.Zero, time, over.Token);
        Task cancelling = over.CancelAsync();
        Task first = await Task.WhenAny(watching, Task.Delay(Eventually.Deadline, TestContext.Current.CancellationToken));
        deadline.Finish();
        await cancelling;
        Assert.Same(watching, first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }
}
