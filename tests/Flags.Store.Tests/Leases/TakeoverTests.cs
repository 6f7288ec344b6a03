using Flags.Testing;

namespace Flags.Store.Tests;

/// <summary>The slot of a singleton goes from its holder to its successor; each mechanism is also taken out.</summary>
public sealed class TakeoverTests
{
    private const string Old = "00000000-0000-0000-0000-000000000001", Next = "00000000-0000-0000-0000-000000000002", Third = "00000000-0000-0000-0000-000000000003";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_holder_is_told_once_then_extends_no_more_and_is_then_refused_for_good(bool withoutRefusal)
    {
        await using Store store = await OpenAsync();
        if (withoutRefusal)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "renew", "l.told_at + make_interval(secs => l.ttl / 4) <= t", "false");
        Assert.Equal("entered", await EnterAsync(store, Old, ttl: 3600));
        Assert.Equal("renewed False", await RenewAsync(store));
        Assert.Equal("full", await EnterAsync(store, Next, takeover: true));
        Assert.Equal("renewed True", await RenewAsync(store));
        DateTime until = await ExpiryAsync(store);
        // Its answer may have been lost: right after it the same call says the same.
        Assert.Equal("renewed True", await RenewAsync(store));
        Assert.Equal(until, await ExpiryAsync(store));
        // A quarter of its TTL later.
        await store.SqlAsync<string>($"update flags.leases set told_at = told_at - interval '901 seconds' where id = '{Old}' returning 'past'");
        Assert.Equal(withoutRefusal ? "renewed True" : "revoked True", await RenewAsync(store));
        Assert.Equal(until, await ExpiryAsync(store));
        if (withoutRefusal)
            return;
        // Inside until it leaves, or until its time is over.
        Assert.Equal("full", await EnterAsync(store, Next, takeover: true));
        await store.SqlAsync<string>("delete from flags.takeovers returning 'gone'");
        Assert.Equal("revoked False", await RenewAsync(store));
        Assert.Equal("live", await LeaveAsync(store));
        Assert.Equal("entered", await EnterAsync(store, Next));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_slot_that_is_left_is_the_successors_in_the_same_transaction(bool withoutGiving)
    {
        await using Store store = await OpenAsync();
        if (withoutGiving)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "leave", "if found and w.version = f.version", "if false and w.version = f.version");
        Assert.Equal("entered", await EnterAsync(store, Old));
        Assert.Equal("full", await EnterAsync(store, Next, takeover: true));
        Assert.Equal("live", await LeaveAsync(store));
        Assert.Equal(withoutGiving ? 0 : 1, await store.SqlAsync<long>($"select count(*) from flags.leases where id = '{Next}' and ended_at is null"));
        Assert.Equal("full", await EnterAsync(store, Third));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_slot_of_a_holder_that_died_goes_to_nobody_but_its_successor(bool withoutWish)
    {
        await using Store store = await OpenAsync();
        if (withoutWish)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "enter", "case when w.lease_id is not null and w.lease_id <> p_id then 1 else 0 end", "0");
        Assert.Equal("entered", await EnterAsync(store, Old));
        Assert.Equal("full", await EnterAsync(store, Next, takeover: true));
        Assert.Equal("full", await EnterAsync(store, Third, takeover: true));
        // Its time and its grace are over.
        await store.SqlAsync<string>($"update flags.leases set ttl = 1, expires_at = clock_timestamp() - interval '2 seconds' where id = '{Old}' returning 'over'");
        Assert.Equal(withoutWish ? "entered" : "full", await EnterAsync(store, Third, takeover: true));
        Assert.Equal(withoutWish ? "full" : "entered", await EnterAsync(store, Next, takeover: true));
    }

    [Fact]
    public async Task Of_several_inside_only_the_oldest_is_told()
    {
        await using Store store = await OpenAsync(limit: 2);
        Assert.Equal("entered", await EnterAsync(store, Old));
        Assert.Equal("entered", await EnterAsync(store, Third));
        Assert.Equal("full", await EnterAsync(store, Next, takeover: true));
        Assert.Equal("renewed True", await RenewAsync(store));
        Assert.Equal("renewed False", await RenewAsync(store, Third));
    }

    private static async Task<Store> OpenAsync(int limit = 1)
    {
        Store store = await Store.OpenAsync();
        await store.SqlAsync<int>($"update flags.features set lease_limit = {limit} where id = 1 returning id");
        return store;
    }

    private static Task<string> EnterAsync(Store store, string id, double ttl = 60, bool takeover = false) =>
        store.SqlAsync<string>($"select outcome from flags.enter('{id}', 1, 1, true, true, {ttl}, 'bot', null, null, {takeover}, false, 'k')");

    private static Task<string> RenewAsync(Store store, string id = Old) =>
        store.SqlAsync<string>($"select outcome || case when takeover_requested then ' True' else ' False' end from flags.renew(array['{id}'::uuid], array[(select token from flags.leases where id = '{id}')], null, 'k')");

    private static Task<string> LeaveAsync(Store store) => store.SqlAsync<string>($"select flags.leave('{Old}', (select token from flags.leases where id = '{Old}'), 'k')");

    private static Task<DateTime> ExpiryAsync(Store store) => store.SqlAsync<DateTime>($"select expires_at from flags.leases where id = '{Old}'");
}
