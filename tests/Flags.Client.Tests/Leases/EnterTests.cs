using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class EnterTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_inside_until_its_lease_is_disposed()
    {
        await server.OpenAsync("enter_simple");
        await using FlagsClient flags = server.Client();

        Lease lease = (await flags.EnterAsync("enter_simple", options: new EnterOptions { Holder = "ImportOrders" }, cancellationToken: Cancellation)).EnsureEntered();

        LeaseInfo inside = Assert.Single(await server.InsideAsync("enter_simple"));
        Assert.Equal((lease.Id, "ImportOrders"), (inside.Id, inside.Holder));
        Assert.True(lease.Token > 0);
        Assert.InRange(lease.Remaining.TotalSeconds, 40, 58.8);
        lease.EnsureValid(TimeSpan.FromSeconds(30));
        await lease.DisposeAsync();
        await lease.DisposeAsync();
        Assert.Empty(await server.InsideAsync("enter_simple"));
        Assert.False(lease.Lost.IsCancellationRequested, "leaving is no loss");
        Assert.Throws<LeaseLostException>(() => lease.EnsureValid());
    }

    [Fact]
    public async Task A_job_is_turned_away_with_the_whole_story()
    {
        await server.OpenAsync("enter_held");
        PlacedHold hold = await server.HoldAsync("enter_held", "new database");
        await using FlagsClient flags = server.Client();

        await using EnterResult entry = await flags.EnterAsync("enter_held", cancellationToken: Cancellation);

        var refused = Assert.IsType<NotEntered>(entry);
        Assert.Equal(NotEnteredReason.Held, refused.Reason);
        HoldInfo by = Assert.Single(refused.Holds);
        Assert.Equal((hold.Id, "pipeline #7", "new database", null), (by.Id, by.Holder, by.Reason, by.Token));
        Assert.Contains("pipeline #7", refused.ToString(), StringComparison.Ordinal);
        Assert.Contains("new database", refused.ToString(), StringComparison.Ordinal);
        Assert.Throws<FlagsProblemException>(() => refused.EnsureEntered());
    }

    [Fact]
    public async Task Off_and_full_are_told_apart()
    {
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enter_off" }, null, Cancellation);
        await server.OpenAsync("enter_full", limit: 1);
        await using FlagsClient flags = server.Client();
        await using EnterResult first = await flags.EnterAsync("enter_full", cancellationToken: Cancellation);

        Assert.IsType<Lease>(first);
        Assert.Equal(NotEnteredReason.Full, Assert.IsType<NotEntered>(await flags.EnterAsync("enter_full", cancellationToken: Cancellation)).Reason);
        Assert.Equal(NotEnteredReason.Disabled, Assert.IsType<NotEntered>(await flags.EnterAsync("enter_off", cancellationToken: Cancellation)).Reason);
    }

    [Fact]
    public async Task The_gates_are_asked_for_the_jobs_actor()
    {
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "enter_actor" }, null, Cancellation);
        await server.Api.PatchGatesAsync("enter_actor", new GatesPatch { Actors = new SetPatch { Add = ["customer-7"] } }, null, Cancellation);
        await using FlagsClient flags = server.Client();

        await using EnterResult chosen = await flags.EnterAsync("enter_actor", options: new EnterOptions { Actor = new Actor("customer-7") }, cancellationToken: Cancellation);
        await using EnterResult other = await flags.EnterAsync("enter_actor", options: new EnterOptions { Actor = new Actor("customer-8") }, cancellationToken: Cancellation);

        Assert.IsType<Lease>(chosen);
        Assert.IsType<NotEntered>(other);
    }

    [Fact]
    public async Task A_waiting_job_enters_when_the_deploy_is_over()
    {
        await server.OpenAsync("enter_waits");
        PlacedHold hold = await server.HoldAsync("enter_waits");
        var told = new TaskCompletionSource<NotEntered>();
        await using FlagsClient flags = server.Client();

        Task<EnterResult> entering = flags.EnterAsync("enter_waits", TimeSpan.FromMinutes(5), new EnterOptions { Progress = new Tell<NotEntered>(why => told.TrySetResult(why)) }, Cancellation);
        Assert.Equal(hold.Id, Assert.Single((await told.Task.WaitAsync(Eventually.Deadline, Cancellation)).Holds).Id);
        await Eventually.TrueAsync(async () => (await server.Api.ListLeasesAsync("enter_waits", cancellationToken: Cancellation)).Waiting.Count == 1, "the job is seen to wait");
        Assert.False(entering.IsCompleted);
        await server.ReleaseAsync(hold);

        await using Lease lease = (await entering.WaitAsync(Eventually.Deadline, Cancellation)).EnsureEntered();
        Assert.True(lease.Token > hold.Token);
    }

    [Fact]
    public async Task A_wait_ends_with_the_reason()
    {
        await server.OpenAsync("enter_patience");
        await server.HoldAsync("enter_patience");
        await using FlagsClient flags = server.Client();

        await using EnterResult entry = await flags.EnterAsync("enter_patience", TimeSpan.FromSeconds(0.3), cancellationToken: Cancellation);

        Assert.Equal(NotEnteredReason.Held, Assert.IsType<NotEntered>(entry).Reason);
    }

    [Fact]
    public async Task A_job_inside_starts_another_while_a_deploy_waits_for_it()
    {
        await server.OpenAsync("enter_parent");
        await using FlagsClient flags = server.Client();
        await using Lease outer = (await flags.EnterAsync("enter_parent", cancellationToken: Cancellation)).EnsureEntered();
        await server.HoldAsync("enter_parent");

        await using EnterResult stranger = await flags.EnterAsync("enter_parent", cancellationToken: Cancellation);
        await using EnterResult child = await flags.EnterAsync("enter_parent", options: new EnterOptions { Parent = outer.Id }, cancellationToken: Cancellation);

        Assert.IsType<NotEntered>(stranger);
        Assert.IsType<Lease>(child);
    }

    [Fact]
    public async Task What_waiting_cannot_mend_is_an_exception()
    {
        await using FlagsClient flags = server.Client();
        await using FlagsClient wrong = server.Client(options => options.ApiKey = new string('x', 40));

        FlagsProblemException missing = await Assert.ThrowsAsync<FlagsProblemException>(() => flags.EnterAsync("enter_nowhere", TimeSpan.FromMinutes(1), cancellationToken: Cancellation));
        FlagsProblemException refused = await Assert.ThrowsAsync<FlagsProblemException>(() => wrong.EnterAsync("enter_nowhere", TimeSpan.FromMinutes(1), cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => flags.EnterAsync("enter_nowhere", options: new EnterOptions { Ttl = TimeSpan.FromHours(1) }, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => flags.EnterAsync("enter_nowhere", TimeSpan.FromSeconds(-2), cancellationToken: Cancellation));

        Assert.Equal((404, 401), (missing.Problem.Status, refused.Problem.Status));
    }
}
