using System.Globalization;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>How long hand-overs took, and that no two were connected.</summary>
internal sealed class Story
{
    private readonly List<double> told = [], gaps = [];
    private long asked, closed;
    private int connected = 1;

    public Times Told => new(told);

    public Times Gap => new(gaps);

    public void Asked() => asked = TimeProvider.System.GetTimestamp();

    /// <summary>What a holder that cooperates does: hears, closes, leaves.</summary>
    public async Task HandOverAsync(Lease lease, int turn)
    {
        await Task.Delay(Timeout.Infinite, lease.TakeoverRequested).WaitAsync(Eventually.Deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(lease.TakeoverRequested.IsCancellationRequested, $"hand-over {turn}: nobody told the holder");
        told.Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
        connected--;
        closed = TimeProvider.System.GetTimestamp();
        await lease.DisposeAsync();
    }

    public void Connected()
    {
        gaps.Add(TimeProvider.System.GetElapsedTime(closed).TotalMilliseconds);
        Assert.Equal(1, ++connected);
    }

    /// <summary>In milliseconds.</summary>
    internal readonly record struct Times(IReadOnlyList<double> All)
    {
        public double Median => All.Order().ElementAt(All.Count / 2);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"median {Median:0.0}, longest {All.Max():0.0}");
    }
}
