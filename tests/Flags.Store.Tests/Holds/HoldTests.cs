using Flags.Core;

namespace Flags.Store.Tests;

public sealed class HoldTests
{
    private static readonly Caller Pipeline = new("k1", "ci", CallerKind.Key, Permissions.Hold), Job = new("k2", "jobs", CallerKind.Key, Permissions.Lease);

    [Fact]
    public async Task A_held_feature_is_off_everywhere_until_the_last_hold_ends_and_the_gates_are_untouched()
    {
        await using Store store = await Store.OpenAsync();
        Guid first = await PlaceAsync(store), second = await PlaceAsync(store);
        Assert.True((await store.GetAsync("jobs_processing")).Held);
        Assert.Equal(FeatureState.On, (await store.GetAsync("jobs_processing")).State);
        Assert.Equal(Reason.Held, (await store.Cache.ReadAsync()).Set.Snapshot.Evaluate("jobs_processing", [], EvaluationContext.Default).Reason);
        Assert.Equal("active", await EndAsync(store, first));
        Assert.True((await store.GetAsync("jobs_processing")).Held);
        Assert.Equal("active", await EndAsync(store, second));
        Assert.False((await store.GetAsync("jobs_processing")).Held);
        Assert.Equal("released", await EndAsync(store, second));
    }

    [Fact]
    public async Task Placing_and_ending_take_a_version_and_one_audit_row_each_and_extending_takes_none()
    {
        await using Store store = await Store.OpenAsync();
        long before = await VersionAsync(store);
        Guid hold = await PlaceAsync(store);
        Assert.Equal(before + 1, await VersionAsync(store));
        Assert.Equal("extended", (await store.Get<HoldStore>().ExtendAsync(hold, null, TimeSpan.FromMinutes(3), CancellationToken.None)).Outcome);
        Assert.Equal("drained", (await store.Get<HoldStore>().DrainAsync(hold, CancellationToken.None)).Outcome);
        Assert.Equal(before + 1, await VersionAsync(store));
        await EndAsync(store, hold);
        Assert.Equal(before + 2, await VersionAsync(store));
        Assert.Equal("hold.place hold.drain hold.release", await store.SqlAsync<string>("select string_agg(what, ' ' order by id) from flags.audit where what like 'hold.%'"));
    }

    [Fact]
    public async Task The_tick_ends_a_hold_whose_deploy_died_and_drains_one_that_nobody_asks_for()
    {
        await using Store store = await Store.OpenAsync();
        Guid dead = await PlaceAsync(store, TimeSpan.FromSeconds(1)), quiet = await PlaceAsync(store);
        await store.Get<Tick>().RunAsync(sweep: true, CancellationToken.None);
        Assert.Equal("drained", (await store.Get<HoldStore>().FindAsync(quiet, CancellationToken.None))!.State);
        await Testing.Eventually.TrueAsync(async () =>
        {
            await store.Get<Tick>().RunAsync(sweep: false, CancellationToken.None);
            return (await store.Get<HoldStore>().FindAsync(dead, CancellationToken.None))!.State == "expired";
        }, "the tick ends the hold");
        HoldInfo ended = (await store.Get<HoldStore>().FindAsync(dead, CancellationToken.None))!;
        Assert.Equal(ended.ExpiresAt, ended.EndedAt);
        Assert.Equal("server", ended.EndedBy);
    }

    [Fact]
    public async Task An_exclusive_hold_stands_alone()
    {
        await using Store store = await Store.OpenAsync();
        Guid first = await PlaceAsync(store);
        PlaceAnswer refused = await TryPlaceAsync(store, Guid.NewGuid(), exclusive: true);
        Assert.Equal(PlaceOutcome.Conflict, refused.Outcome);
        Assert.Equal(first, refused.Other);
        await EndAsync(store, first);
        Assert.Equal(PlaceOutcome.Placed, (await TryPlaceAsync(store, Guid.NewGuid(), exclusive: true)).Outcome);
        Assert.Equal(PlaceOutcome.Conflict, (await TryPlaceAsync(store, Guid.NewGuid(), exclusive: false)).Outcome);
    }

    [Fact]
    public async Task The_same_id_gives_the_same_hold_and_an_ended_id_is_over()
    {
        await using Store store = await Store.OpenAsync();
        var id = Guid.NewGuid();
        PlaceAnswer placed = await TryPlaceAsync(store, id), replay = await TryPlaceAsync(store, id);
        Assert.Equal((PlaceOutcome.Replay, placed.Token), (replay.Outcome, replay.Token));
        await EndAsync(store, id);
        Assert.Equal(PlaceOutcome.Ended, (await TryPlaceAsync(store, id)).Outcome);
    }

    [Fact]
    public async Task A_hold_cannot_be_extended_past_its_longest_time()
    {
        await using Store store = await Store.OpenAsync();
        var id = Guid.NewGuid();
        await store.Get<HoldStore>().PlaceAsync(Pipeline, Attempt(id) with { MaxDuration = TimeSpan.FromMinutes(3) }, CancellationToken.None);
        (string outcome, double seconds) = await store.Get<HoldStore>().ExtendAsync(id, null, TimeSpan.FromMinutes(30), CancellationToken.None);
        Assert.Equal("extended", outcome);
        Assert.InRange(seconds, 170, 180);
        Assert.Equal("limit", (await store.Get<HoldStore>().ExtendAsync(id, null, TimeSpan.FromMinutes(30), CancellationToken.None)).Outcome);
        Assert.Equal("stale", (await store.Get<HoldStore>().ExtendAsync(id, 1, TimeSpan.FromMinutes(1), CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Tokens_grow_from_lease_to_hold_to_lease()
    {
        await using Store store = await Store.OpenAsync();
        EnterAnswer before = await EnterAsync(store, Guid.NewGuid());
        PlaceAnswer hold = await TryPlaceAsync(store, Guid.NewGuid());
        Assert.True(before.Token < hold.Token);
        Assert.Equal(EnterOutcome.Held, (await EnterAsync(store, Guid.NewGuid())).Outcome);
        Assert.True(hold.Token < 1L << 53);
    }

    [Fact]
    public async Task Revoked_leases_still_count_as_inside_until_their_jobs_leave()
    {
        await using Store store = await Store.OpenAsync();
        var lease = Guid.NewGuid();
        EnterAnswer entered = await EnterAsync(store, lease);
        Guid hold = await PlaceAsync(store);
        Assert.Equal(1, await store.Get<HoldStore>().RevokeLeasesAsync(Pipeline, hold, "now", CancellationToken.None));
        Assert.Equal("revoked", (await store.Get<LeaseStore>().RenewAsync(Job, [new LeaseToken(lease, entered.Token)], null, CancellationToken.None))[0].Lease.Outcome);
        Assert.Equal("draining", (await store.Get<HoldStore>().DrainAsync(hold, CancellationToken.None)).Outcome);
        Assert.Equal("live", await store.Get<LeaseStore>().LeaveAsync(Job, lease, entered.Token, CancellationToken.None));
        DrainAnswer drained = await store.Get<HoldStore>().DrainAsync(hold, CancellationToken.None);
        Assert.Equal(("drained", 1, 0), (drained.Outcome, drained.Left, drained.Expired));
    }

    [Fact]
    public async Task A_restored_database_drains_nothing_until_the_longest_lease_is_over()
    {
        await using Store store = await Store.OpenAsync();
        Guid hold = await PlaceAsync(store);
        await store.SqlAsync<long>("select flags.new_generation()");
        DrainAnswer answer = await store.Get<HoldStore>().DrainAsync(hold, CancellationToken.None);
        Assert.Equal("recovering", answer.Outcome);
        Assert.InRange(answer.RetryAfterSeconds, 890, 905);
        await EndAsync(store, hold);
        Assert.Equal(EnterOutcome.Recovering, (await EnterAsync(store, Guid.NewGuid())).Outcome);
    }

    private static Task<EnterAnswer> EnterAsync(Store store, Guid id) => store.Get<LeaseStore>().EnterAsync(Job,
        new EnterAttempt { Id = id, FeatureId = 1, Version = 1, Open = true, Limited = false, Ttl = TimeSpan.FromMinutes(1), Holder = "job" }, CancellationToken.None);

    private static PlaceAttempt Attempt(Guid id) =>
        new() { Id = id, FeatureIds = [1], Holder = "ci", Reason = "v42", Ttl = TimeSpan.FromMinutes(2), MaxDuration = TimeSpan.FromHours(2) };

    private static Task<PlaceAnswer> TryPlaceAsync(Store store, Guid id, bool exclusive = false) =>
        store.Get<HoldStore>().PlaceAsync(Pipeline, Attempt(id) with { Exclusive = exclusive }, CancellationToken.None);

    private static async Task<Guid> PlaceAsync(Store store, TimeSpan? ttl = null)
    {
        var id = Guid.NewGuid();
        Assert.Equal(PlaceOutcome.Placed, (await store.Get<HoldStore>().PlaceAsync(Pipeline, Attempt(id) with { Ttl = ttl ?? TimeSpan.FromMinutes(2) }, CancellationToken.None)).Outcome);
        return id;
    }

    private static Task<string> EndAsync(Store store, Guid id) => store.Get<HoldStore>().EndAsync(Pipeline, id, "released", null, CancellationToken.None);

    private static Task<long> VersionAsync(Store store) => store.SqlAsync<long>("select version from flags.counter");
}
