using Flags.Core;
using Flags.Testing;

namespace Flags.Store.Tests;

public sealed class ClaimTests
{
    private static readonly Caller Bot = new("k1", "bot", CallerKind.Key, Permissions.Claim), Other = new("k2", "other", CallerKind.Key, Permissions.Claim);

    [Fact]
    public async Task Of_twelve_that_race_for_each_of_a_thousand_keys_one_wins()
    {
        const int keys = 1_000;
        await using Store one = await Store.OpenAsync();
        await using Store two = await Store.OpenAsync(one.ConnectionString);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async racer =>
        {
            var won = new List<(int Key, ClaimAnswer Answer)>();
            for (int key = 0; key < keys; key++)
                won.Add((key, await TryAsync(racer % 2 == 0 ? one : two, $"key {key}")));
            return won;
        }));
        Assert.All(answers.SelectMany(all => all).GroupBy(answer => answer.Key), racers =>
        {
            Assert.Single(racers, racer => racer.Answer.Outcome == ClaimOutcome.Claimed);
            Assert.Equal(11, racers.Count(racer => racer.Answer.Outcome == ClaimOutcome.Taken));
        });
        Assert.Equal(keys, await one.SqlAsync<long>("select count(distinct token) from flags.claims"));
    }

    [Fact]
    public async Task An_expired_claim_is_taken_again_with_the_next_attempt_and_only_that_one_completes()
    {
        await using Store store = await Store.OpenAsync();
        ClaimAnswer first = await TryAsync(store, "key", ttl: 1);
        await ExpiredAsync(store);
        Assert.Equal("expired", (await store.Get<ClaimStore>().RenewAsync(Bot, "key", first.Token, null, CancellationToken.None)).Outcome);
        ClaimAnswer second = await TryAsync(store, "key");
        Assert.Equal((ClaimOutcome.Claimed, 1, 2), (second.Outcome, first.Attempt, second.Attempt));
        Assert.True(second.Token > first.Token);
        Assert.Equal("stale", (await CompleteAsync(store, first)).Outcome);
        Assert.Equal("done", (await CompleteAsync(store, second, "\"sent\"")).Outcome);
        Assert.Equal("done", (await CompleteAsync(store, second, "\"again\"")).Outcome);
        ClaimAnswer late = await TryAsync(store, "key");
        Assert.Equal((ClaimOutcome.Done, "\"sent\""), (late.Outcome, late.Result));
    }

    [Fact]
    public async Task What_was_finished_late_counts_as_done_if_nobody_has_taken_it()
    {
        await using Store store = await Store.OpenAsync();
        ClaimAnswer claim = await TryAsync(store, "key", ttl: 1);
        await ExpiredAsync(store);
        Assert.Equal("done", (await CompleteAsync(store, claim)).Outcome);
        Assert.Equal(ClaimOutcome.Done, (await TryAsync(store, "key")).Outcome);
    }

    [Fact]
    public async Task Once_is_for_nobody_else_within_keep_even_if_its_attempt_died()
    {
        await using Store store = await Store.OpenAsync();
        await TryAsync(store, "key", ttl: 1, once: true);
        await ExpiredAsync(store);
        ClaimAnswer refused = await TryAsync(store, "key");
        Assert.Equal(ClaimOutcome.Taken, refused.Outcome);
        Assert.InRange(refused.Seconds, 3_000, 3_600);
        ClaimAnswer brief = await TryAsync(store, "brief", ttl: 1, once: true, keep: 2);
        await Eventually.TrueAsync(async () => (await TryAsync(store, "brief")).Outcome == ClaimOutcome.Claimed, "keep is over");
        Assert.Equal("stale", (await store.Get<ClaimStore>().CompleteAsync(Bot, "brief", brief.Token, null, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task The_same_attempt_gets_the_same_claim_and_another_key_of_the_api_does_not()
    {
        await using Store store = await Store.OpenAsync();
        ClaimAnswer claim = await TryAsync(store, "key", owner: "a"), again = await TryAsync(store, "key", owner: "a");
        Assert.Equal((ClaimOutcome.Replay, claim.Token, 1), (again.Outcome, again.Token, again.Attempt));
        Assert.Equal(ClaimOutcome.Taken, (await TryAsync(store, "key", owner: "a", caller: Other)).Outcome);
        Assert.Equal("stale", (await store.Get<ClaimStore>().CompleteAsync(Other, "key", claim.Token, null, CancellationToken.None)).Outcome);
        Assert.Equal("abandoned", (await store.Get<ClaimStore>().AbandonAsync(Bot, "key", claim.Token, CancellationToken.None)).Outcome);
        Assert.Equal("abandoned", (await CompleteAsync(store, claim)).Outcome);
        Assert.Equal((ClaimOutcome.Claimed, 2), await TryAsync(store, "key", caller: Other) is var next ? (next.Outcome, next.Attempt) : default);
    }

    [Fact]
    public async Task After_a_restore_nothing_new_is_claimed_but_what_is_known_is_answered()
    {
        await using Store store = await Store.OpenAsync();
        ClaimAnswer claim = await TryAsync(store, "key", owner: "a");
        await store.SqlAsync<long>("select flags.new_generation()");
        Assert.Equal(ClaimOutcome.Replay, (await TryAsync(store, "key", owner: "a")).Outcome);
        ClaimAnswer refused = await TryAsync(store, "other");
        Assert.Equal(ClaimOutcome.Recovering, refused.Outcome);
        Assert.InRange(refused.Seconds, 3_500, 3_600);
        Assert.Equal("done", (await CompleteAsync(store, claim)).Outcome);
        Assert.Equal(ClaimOutcome.Done, (await TryAsync(store, "key")).Outcome);
        Assert.NotNull(await store.Get<RecoveryGuard>().WaiveAsync(Store.Admin, "nothing runs", CancellationToken.None));
        Assert.Equal(ClaimOutcome.Claimed, (await TryAsync(store, "other")).Outcome);
    }

    private static Task<ClaimAnswer> TryAsync(Store store, string key, double ttl = 60, bool once = false, double keep = 3_600, string? owner = null, Caller? caller = null) => store.Get<ClaimStore>().ClaimAsync(caller ?? Bot,
        new ClaimAttempt { Key = key, Owner = owner ?? Guid.NewGuid().ToString(), Ttl = TimeSpan.FromSeconds(ttl), Keep = TimeSpan.FromSeconds(keep), Once = once }, CancellationToken.None);

    private static Task<(string Outcome, double KeptForSeconds)> CompleteAsync(Store store, ClaimAnswer claim, string? result = null) =>
        store.Get<ClaimStore>().CompleteAsync(Bot, "key", claim.Token, result, CancellationToken.None);

    private static Task ExpiredAsync(Store store) => Eventually.TrueAsync(() => store.SqlAsync<bool>("select expires_at < clock_timestamp() from flags.claims where key = 'key'"), "the claim expired");
}
