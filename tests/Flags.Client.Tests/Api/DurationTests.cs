using Flags.Core;

namespace Flags.Client.Tests;

public sealed class DurationTests
{
    /// <summary>What is left of a wait may be any number of ticks.</summary>
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1, "0.0000001")]
    [InlineData(999, "0.0000999")]
    [InlineData(15_000_000, "1.5")]
    [InlineData(3_153_600_000_000_000, "315360000")]
    public void What_is_sent_is_what_the_server_reads(long ticks, string text)
    {
        var sent = new Duration(TimeSpan.FromTicks(ticks));
        Assert.Equal(text, sent.ToString());
        Assert.True(Duration.TryParse(text, out Duration read));
        Assert.Equal(sent.Value.TotalMilliseconds, read.Value.TotalMilliseconds, 0.5);
    }
}
