using Flags.Testing;

namespace Flags.Store.Tests;

/// <summary>Each race of the design, moved by hand: with its mechanism it ends well, without it the same steps break an invariant.</summary>
public sealed class RaceTests
{
    private const string Lease = "00000000-0000-0000-0000-000000000001", Hold = "00000000-0000-0000-0000-00000000000a";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hold_waits_for_an_enter_that_is_not_committed_so_its_drain_counts_the_lease(bool withoutLock)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutLock)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "enter", "perform flags.lock_features_shared(array[p_feature])", "perform 1");
        await using Session job = await Session.BeginAsync(store);
        Assert.Equal("entered", await job.Run(Enter(60)));
        await using Session deploy = await Session.BeginAsync(store);
        Task<string?> place = deploy.Run(Place(120));
        if (withoutLock)
        {
            Assert.Equal("placed", await place);
            await deploy.CommitAsync();
            Assert.Equal("drained", await DrainAsync(store));
            await job.CommitAsync();
            // The broken invariant: a live lease inside a drained hold.
            Assert.Equal(1, await LiveAsync(store));
            return;
        }

        await deploy.IsBlockedAsync(store);
        await job.CommitAsync();
        Assert.Equal("placed", await place);
        await deploy.CommitAsync();
        Assert.Equal("draining", await DrainAsync(store));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_enter_waits_for_a_hold_that_is_not_committed_and_is_turned_away(bool withoutLock)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutLock)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "enter", "perform flags.lock_features_shared(array[p_feature])", "perform 1");
        await using Session deploy = await Session.BeginAsync(store);
        Assert.Equal("placed", await deploy.Run(Place(120)));
        await using Session job = await Session.BeginAsync(store);
        Task<string?> enter = job.Run(Enter(60));
        if (withoutLock)
        {
            Assert.Equal("entered", await enter);
            await deploy.CommitAsync();
            Assert.Equal("drained", await DrainAsync(store));
            await job.CommitAsync();
            Assert.Equal(1, await LiveAsync(store));
            return;
        }

        await job.IsBlockedAsync(store);
        await deploy.CommitAsync();
        Assert.Equal("held", await enter);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renewal_that_waits_across_the_expiry_fails(bool timeBeforeTheWait)
    {
        await using Store store = await Store.OpenAsync();
        if (timeBeforeTheWait)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "renew", "t := clock_timestamp()", "t := now()");
        Assert.Equal("entered", await store.SqlAsync<string>(Enter(60)));
        await using Session writer = await Session.BeginAsync(store);
        await writer.Run("select flags.lock_features(array[1])::text");
        await using Session job = await Session.BeginAsync(store);
        Task<string?> renew = job.Run($"select outcome from flags.renew(array['{Lease}'::uuid], array[(select token from flags.leases)], 60, 'k')");
        await job.IsBlockedAsync(store);
        await writer.Run("update flags.leases set expires_at = clock_timestamp() returning 'over'");
        await writer.CommitAsync();
        Assert.Equal(timeBeforeTheWait ? "renewed" : "expired", await renew);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_extension_that_waits_across_the_expiry_fails(bool timeBeforeTheWait)
    {
        await using Store store = await Store.OpenAsync();
        if (timeBeforeTheWait)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "extend_hold", "t := clock_timestamp()", "t := now()");
        Assert.Equal("placed", await store.SqlAsync<string>(Place(120)));
        await using Session writer = await Session.BeginAsync(store);
        await writer.Run("select flags.lock_features(array[1])::text");
        await using Session deploy = await Session.BeginAsync(store);
        Task<string?> extend = deploy.Run($"select outcome from flags.extend_hold('{Hold}', null, 60)");
        await deploy.IsBlockedAsync(store);
        await writer.Run("update flags.holds set expires_at = clock_timestamp() returning 'over'");
        await writer.CommitAsync();
        Assert.Equal(timeBeforeTheWait ? "extended" : "ended", await extend);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_enter_whose_gates_were_evaluated_before_a_switch_off_does_not_get_in_after_it(bool withoutVersion)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutVersion)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "enter", "f.version <> p_version", "false");
        // Evaluated as on, at version 1; then somebody turns it off; then the enter arrives.
        Assert.IsType<Written>(await store.Features.DisableAsync(Store.Anna, "jobs_processing", WriteOptions.None, CancellationToken.None));
        Assert.Equal(withoutVersion ? "entered" : "stale", await store.SqlAsync<string>(Enter(60)));
    }

    [Fact]
    public async Task A_drain_skips_a_lease_that_a_transaction_has_asserted_until_that_ends()
    {
        await using Store store = await Store.OpenAsync();
        Assert.Equal("entered", await store.SqlAsync<string>(Enter(60)));
        await using Session job = await Session.BeginAsync(store);
        await job.Run($"select flags.assert_lease('{Lease}', (select token from flags.leases))::text");
        await store.SqlAsync<string>(Place(120));
        // It and its grace are over.
        await store.SqlAsync<string>("update flags.leases set ttl = 1, expires_at = clock_timestamp() - interval '2 seconds' returning 'over'");
        Assert.Equal("draining", await DrainAsync(store));
        await job.CommitAsync();
        Assert.Equal("drained", await DrainAsync(store));
        Assert.Equal(1, await store.SqlAsync<int>("select expired_count from flags.holds"));
    }

    [Fact]
    public async Task Renewals_go_on_while_a_transaction_has_asserted_the_lease()
    {
        await using Store store = await Store.OpenAsync();
        Assert.Equal("entered", await store.SqlAsync<string>(Enter(60)));
        await using Session job = await Session.BeginAsync(store);
        await job.Run($"select flags.assert_lease('{Lease}', (select token from flags.leases))::text");
        Assert.Equal("renewed", await store.SqlAsync<string>($"select outcome from flags.renew(array['{Lease}'::uuid], array[(select token from flags.leases)], 60, 'k')"));
    }

    private static string Enter(double ttl) =>
        $"select outcome from flags.enter('{Lease}', 1, 1, true, false, {ttl}, 'job', null, null, false, false, 'k')";

    private static string Place(double ttl) =>
        $"select outcome from flags.place_hold('{Hold}', array[1], 'ci', 'v42', null, {ttl}, 7200, false, 'k2', 'ci', 'key', null, null)";

    private static Task<string> DrainAsync(Store store) => store.SqlAsync<string>($"select outcome from flags.drain_step('{Hold}')");

    private static Task<long> LiveAsync(Store store) => store.SqlAsync<long>("select count(*) from flags.leases where ended_at is null and expires_at > clock_timestamp()");
}
