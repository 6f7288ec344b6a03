using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Flags.Client.Tests;

public sealed class RegistrationTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_gives_out_one_client_that_works()
    {
        using IHost host = Host(options => (options.Url, options.ApiKey, options.Timeout) = (server.Url, FlagsServer.AdminKey, Eventually.Deadline));
        await host.StartAsync(Cancellation);

        FlagsClient flags = host.Services.GetRequiredService<FlagsClient>();

        Assert.True(await flags.IsEnabledAsync("jobs_processing", null, Cancellation));
        Assert.Same(flags, host.Services.GetRequiredService<FlagsClient>());
        Assert.Same(flags.Api, host.Services.GetRequiredService<IFlagsApi>());
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task A_host_does_not_start_without_a_key_and_says_what_to_set()
    {
        using IHost host = Host(options => options.Url = "nowhere");
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancellation));
        Assert.Contains("FLAGS_URL", refused.Message, StringComparison.Ordinal);
        Assert.Contains("FLAGS_API_KEY", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_registration_only_adds_to_the_options()
    {
        var services = new ServiceCollection();
        services.AddFlags(options => (options.Url, options.ApiKey) = ("http://first", "flg_key"));
        services.AddFlags(options => options.Url = "http://second");
        using ServiceProvider provider = services.BuildServiceProvider();

        FlagsOptions options = provider.GetRequiredService<IOptions<FlagsOptions>>().Value;

        Assert.Equal(("http://second", "flg_key"), (options.Url, options.ApiKey));
        Assert.Single(services, known => known.ServiceType == typeof(FlagsClient));
    }

    [Fact]
    public void The_registered_clock_is_taken()
    {
        var time = new FakeTime();
        using ServiceProvider provider = new ServiceCollection().AddSingleton<TimeProvider>(time).AddFlags(options => options.ApiKey = "flg_key").BuildServiceProvider();
        Assert.Same(time, provider.GetRequiredService<IOptions<FlagsOptions>>().Value.TimeProvider);
    }

    [Fact]
    public async Task Nothing_that_is_logged_or_thrown_has_the_key()
    {
        using var log = new LogLines();
        const string key = "flg_something_very_secret";
        using IHost host = Host(options => (options.Url, options.ApiKey, options.Timeout) = (server.Url, key, Eventually.Deadline), log);
        await host.StartAsync(Cancellation);
        FlagsClient flags = host.Services.GetRequiredService<FlagsClient>();

        Assert.False(await flags.IsEnabledAsync("jobs_processing", null, Cancellation));
        var refusal = await Assert.ThrowsAsync<FlagsProblemException>(() => flags.Api.ExportAsync(Cancellation));

        Assert.NotEmpty(log.All);
        Assert.DoesNotContain(log.All, line => line.Text.Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain(key, refusal.ToString(), StringComparison.Ordinal);
    }

    private static IHost Host(Action<FlagsOptions> configure, LogLines? log = null)
    {
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        if (log is not null)
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddFlags(configure);
        return builder.Build();
    }
}
