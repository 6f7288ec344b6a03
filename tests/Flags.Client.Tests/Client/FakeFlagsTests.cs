using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Client.Tests;

public sealed class FakeFlagsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Features_are_off_until_a_test_says_otherwise()
    {
        using var fake = new FakeFlags(options => options.Groups["staff"] = actor => actor.Id == "User;9");
        FlagsClient flags = fake.Client;
        PreparedFeature prepared = flags.Feature("beta");
        Assert.False(flags.IsEnabled("beta"));
        Assert.True(fake.Enable("beta").Client.IsEnabled("beta"));
        Assert.True(prepared.IsEnabled());
        fake.Hold("beta");
        Assert.Equal((false, Reason.Held), flags.Evaluate("beta") is var held ? (held.Enabled, held.Reason) : default);
        fake.Release("beta");
        Assert.True(flags.IsEnabled("beta"));
        fake.Set("beta", new Gates { Actors = ["User;1"], Groups = ["staff"] });
        Assert.Equal((true, false, true), (flags.IsEnabled("beta", "User;1"), flags.IsEnabled("beta", "User;2"), flags.IsEnabled("beta", "User;9")));
        fake.Remove("beta");
        Assert.Equal(Reason.NotFound, flags.Evaluate("beta", new Actor("User;1")).Reason);
        Assert.False(prepared.IsEnabled("User;1"));
    }

    [Fact]
    public async Task Waiting_code_is_woken_and_a_stale_client_waits()
    {
        await using var fake = new FakeFlags();
        Task<bool> waiting = fake.Client.WaitUntilEnabledAsync("beta", Timeout.InfiniteTimeSpan, Cancellation);
        fake.IsStale = true;
        fake.Enable("beta");
        Assert.True(fake.Client.IsEnabled("beta"));
        Assert.False(await fake.Client.WaitUntilReadyAsync(TimeSpan.Zero, Cancellation));
        Assert.False(waiting.IsCompleted);
        fake.IsStale = false;
        Assert.True(await waiting.WaitAsync(Eventually.Deadline, Cancellation));
    }

    [Fact]
    public async Task Code_under_test_may_enable_and_disable_and_nothing_else()
    {
        using var fake = new FakeFlags();
        fake.Disable("beta / 2");
        Assert.Equal(FeatureState.On, (await fake.Client.EnableAsync("beta / 2", "because", Cancellation)).EnsureChanged().State);
        Assert.True(fake.Client.IsEnabled("beta / 2"));
        await fake.Client.DisableAsync("beta / 2", null, Cancellation);
        Assert.False(fake.Client.IsEnabled("beta / 2"));
        Assert.Equal(404, Assert.IsType<ChangeRefused>(await fake.Client.EnableAsync("gamma", null, Cancellation)).Problem.Status);
        var refused = await Assert.ThrowsAsync<FlagsUnavailableException>(() => fake.Client.Api.ExportAsync(Cancellation));
        Assert.Contains("FakeFlags does not answer GET /api/v1/export", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_whole_app_starts_with_it_without_an_address_and_a_key()
    {
        await using var fake = new FakeFlags();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddFlagsFeatureManagement(options => options.Url = "nowhere");
        builder.Services.AddFakeFlags(fake.Enable("beta"));
        using IHost host = builder.Build();
        await host.StartAsync(Cancellation);

        Assert.Same(fake.Client, host.Services.GetRequiredService<FlagsClient>());
        Assert.True(await host.Services.GetRequiredService<Microsoft.FeatureManagement.IFeatureManager>().IsEnabledAsync("beta"));
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Jobs_enter_and_deploys_hold_and_drain()
    {
        await using var fake = new FakeFlags();
        fake.Enable("jobs");
        Lease lease = (await fake.Client.EnterAsync("jobs", options: new EnterOptions { Holder = "ImportOrders" }, cancellationToken: Cancellation)).EnsureEntered();
        Assert.Equal(["ImportOrders"], fake.Inside("jobs"));

        Hold hold = await fake.Client.HoldAsync(["jobs"], "v42", cancellationToken: Cancellation);
        Assert.IsType<NotDrained>(await hold.DrainAsync(TimeSpan.Zero, cancellationToken: Cancellation));
        EnterResult refused = await fake.Client.EnterAsync("jobs", cancellationToken: Cancellation);
        Assert.Equal("v42", Assert.Single(Assert.IsType<NotEntered>(refused).Holds).Reason);
        Task<EnterResult> waiting = fake.Client.EnterAsync("jobs", TimeSpan.FromMinutes(5), cancellationToken: Cancellation);
        Task<DrainResult> draining = hold.DrainAsync(TimeSpan.FromMinutes(5), cancellationToken: Cancellation);
        await lease.DisposeAsync();
        Assert.IsType<Drained>(await draining.WaitAsync(Eventually.Deadline, Cancellation));
        Assert.False(waiting.IsCompleted);
        await hold.DisposeAsync();

        await using Lease next = (await waiting.WaitAsync(Eventually.Deadline, Cancellation)).EnsureEntered();
        Assert.True(next.Token > hold.Token && hold.Token > lease.Token);
        Assert.IsType<NotEntered>(await fake.Disable("jobs").Client.EnterAsync("jobs", cancellationToken: Cancellation));
    }
}
