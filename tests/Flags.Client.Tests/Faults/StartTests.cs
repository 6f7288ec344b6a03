using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Client.Tests;

/// <summary>A process that starts while the server is down starts all the same, at once.</summary>
[Collection(Alone.Name)]
public sealed class StartTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nobody listens")]
    [InlineData("somebody listens and is silent")]
    public async Task A_client_is_there_in_50_ms_and_answers_off(string how)
    {
        await using Listener silent = Listener.Silent();
        string url = how == "nobody listens" ? Listener.Refusing() : silent.Url;
        var best = TimeSpan.MaxValue;
        // The best of some: the machine may have other things to do.
        for (int i = 0; i < 10; i++)
        {
            long started = Stopwatch.GetTimestamp();
            FlagsClient flags = FlagsClient.Create(options => (options.Url, options.ApiKey) = (url, "flg_key"));
            Assert.False(flags.IsEnabled("jobs_processing"));
            best = Shorter(best, Stopwatch.GetElapsedTime(started));
            await flags.DisposeAsync();
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_host_waits_for_no_server()
    {
        await using Listener silent = Listener.Silent();
        var best = TimeSpan.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddFlags(options => (options.Url, options.ApiKey) = (silent.Url, "flg_key"));
            using IHost host = builder.Build();
            long started = Stopwatch.GetTimestamp();
            await host.StartAsync(Cancellation);
            best = Shorter(best, Stopwatch.GetElapsedTime(started));
            Assert.False(host.Services.GetRequiredService<FlagsClient>().IsEnabled("jobs_processing"));
            await host.StopAsync(Cancellation);
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
