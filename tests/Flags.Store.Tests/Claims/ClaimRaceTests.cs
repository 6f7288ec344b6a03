using Flags.Testing;

namespace Flags.Store.Tests;

/// <summary>Each race for a key, moved by hand: with its mechanism one wins, without it the same steps make two winners.</summary>
public sealed class ClaimRaceTests
{
    private const string LockedRow = "select * into c from flags.claims where key = p_key for update", PlainRow = "select * into c from flags.claims where key = p_key";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_claim_a_new_key_the_second_waits_and_loses(bool withoutKey)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutKey)
        {
            await store.SqlAsync<string>("alter table flags.claims drop constraint claims_pkey; select 'done'");
            await FunctionMutant.ApplyAsync(store.ConnectionString, "claim", "on conflict (key) do nothing", "");
        }

        await using Session first = await Session.BeginAsync(store);
        Assert.Equal("claimed", await first.Run(Claim("first", 60)));
        await using Session second = await Session.BeginAsync(store);
        Task<string?> claim = second.Run(Claim("second", 60));
        if (withoutKey)
        {
            Assert.Equal("claimed", await claim);
            return;
        }

        await second.IsBlockedAsync(store);
        await first.CommitAsync();
        Assert.Equal("taken", await claim);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_that_take_an_expired_claim_the_second_waits_and_loses(bool withoutLock)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutLock)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "claim", LockedRow, PlainRow);
        Assert.Equal("claimed", await store.SqlAsync<string>(Claim("dead", 1)));
        await ExpiredAsync(store);
        await using Session first = await Session.BeginAsync(store), second = await Session.BeginAsync(store);
        // Both have found it free; the first has its lock.
        await first.Run("select key from flags.claims for update");
        Task<string?> claim = second.Run(Claim("second", 60));
        await second.IsBlockedAsync(store);
        Assert.Equal("claimed", await first.Run(Claim("first", 60)));
        await first.CommitAsync();
        Assert.Equal(withoutLock ? "claimed" : "taken", await claim);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_claim_that_is_being_renewed_while_its_time_ends_is_not_taken(bool onTheFirstLook)
    {
        await using Store store = await Store.OpenAsync();
        if (onTheFirstLook)
        {
            // Neither does the insertion wait for whoever writes the row, nor is what was read looked at again.
            await FunctionMutant.ApplyAsync(store.ConnectionString, "claim", [("if guard is null or guard <= t then", "if not exists (select from flags.claims where key = p_key) then"), (LockedRow, PlainRow)]);
        }

        Assert.Equal("claimed", await store.SqlAsync<string>(Claim("first", 60)));
        await using Session first = await Session.BeginAsync(store), second = await Session.BeginAsync(store);
        // For everybody else it is over; for its own transaction it lives, and is renewed.
        await store.SqlAsync<string>("update flags.claims set expires_at = clock_timestamp() - interval '1 second', free_at = clock_timestamp() - interval '1 second' returning 'over'");
        await first.Run("update flags.claims set expires_at = clock_timestamp() + interval '1 minute', free_at = clock_timestamp() + interval '1 minute' returning 'lives'");
        Assert.Equal("renewed", await first.Run(Renew));
        Task<string?> claim = second.Run(Claim("second", 60));
        await second.IsBlockedAsync(store);
        await first.CommitAsync();
        Assert.Equal(onTheFirstLook ? "claimed" : "taken", await claim);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_renewal_that_waits_across_the_expiry_fails(bool timeBeforeTheWait)
    {
        await using Store store = await Store.OpenAsync();
        if (timeBeforeTheWait)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "renew_claim", "t := clock_timestamp()", "t := now()");
        Assert.Equal("claimed", await store.SqlAsync<string>(Claim("first", 60)));
        await using Session other = await Session.BeginAsync(store), first = await Session.BeginAsync(store);
        await other.Run("select key from flags.claims for update");
        Task<string?> renew = first.Run(Renew);
        await first.IsBlockedAsync(store);
        await other.Run("update flags.claims set expires_at = clock_timestamp(), free_at = clock_timestamp() returning 'over'");
        await other.CommitAsync();
        Assert.Equal(timeBeforeTheWait ? "renewed" : "expired", await renew);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_attempt_that_is_being_replaced_cannot_complete(bool withoutLock)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutLock)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "end_claim", LockedRow, PlainRow);
        Assert.Equal("claimed", await store.SqlAsync<string>(Claim("slow", 1)));
        long token = await store.SqlAsync<long>("select token from flags.claims");
        await ExpiredAsync(store);
        await using Session next = await Session.BeginAsync(store), slow = await Session.BeginAsync(store);
        Assert.Equal("claimed", await next.Run(Claim("next", 60)));
        Task<string?> complete = slow.Run($"select outcome from flags.end_claim('key', {token}, 'done', null, 'k')");
        await slow.IsBlockedAsync(store);
        await next.CommitAsync();
        Assert.Equal(withoutLock ? "done" : "stale", await complete);
    }

    private const string Renew = "select outcome from flags.renew_claim('key', (select token from flags.claims), 60, 'k')";

    private static string Claim(string owner, double ttl) => $"select outcome from flags.claim('key', '{owner}', {ttl}, 3600, false, 'k')";

    private static Task ExpiredAsync(Store store) => Eventually.TrueAsync(() => store.SqlAsync<bool>("select expires_at < clock_timestamp() from flags.claims"), "the claim expired");
}
