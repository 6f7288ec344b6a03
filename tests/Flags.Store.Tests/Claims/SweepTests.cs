using Flags.Testing;

namespace Flags.Store.Tests;

public sealed class SweepTests
{
    [Fact]
    public async Task What_is_over_goes_in_batches_and_what_is_not_stays()
    {
        await using Store store = await Store.OpenAsync();
        await FillAsync(store, Sweep.Batch + 500);
        await store.SqlAsync<long>("select count(flags.claim('live ' || i, 'o', 60, 3600, false, 'k')) from generate_series(1, 3) i");
        Assert.Equal(Sweep.Batch, await store.Get<Sweep>().BatchAsync(Sweep.Batch, CancellationToken.None));
        Assert.Equal(503, await store.SqlAsync<long>("select count(*) from flags.claims"));
        await store.Get<Sweep>().RunAsync(CancellationToken.None);
        Assert.Equal("live 1 live 2 live 3", await store.SqlAsync<string>("select string_agg(key, ' ' order by key) from flags.claims"));
        Assert.Equal("today", await store.SqlAsync<string>("select string_agg(id, ' ' order by id) from flags.workers"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_sweep_waits_for_nobody(bool withoutSkipping)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutSkipping)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "sweep_ended", " skip locked", "");
        await FillAsync(store, 5);
        await using Session late = await Session.BeginAsync(store), sweep = await Session.BeginAsync(store);
        Assert.Equal("claimed", await late.Run("select outcome from flags.claim('old 1', 'o', 60, 3600, false, 'k')"));
        Task<string?> swept = sweep.Run("select flags.sweep_ended(1000)::text");
        if (withoutSkipping)
        {
            await sweep.IsBlockedAsync(store);
            await late.CommitAsync();
            await swept;
            return;
        }

        Assert.Equal("4", await swept);
        await late.CommitAsync();
        await sweep.CommitAsync();
        Assert.Equal("old 1", await store.SqlAsync<string>("select string_agg(key, ' ') from flags.claims"));
    }

    [Fact]
    public async Task Nobody_waits_for_a_sweep_but_who_claims_the_very_key_and_that_one_wins()
    {
        await using Store store = await Store.OpenAsync();
        await FillAsync(store, 5);
        await using Session sweep = await Session.BeginAsync(store), claim = await Session.BeginAsync(store);
        Assert.Equal("5", await sweep.Run("select flags.sweep_ended(1000)::text"));
        Assert.Equal("claimed", await store.SqlAsync<string>("select outcome from flags.claim('new', 'o', 60, 3600, false, 'k')"));
        Task<string?> again = claim.Run("select outcome from flags.claim('old 1', 'o', 60, 3600, false, 'k')");
        await claim.IsBlockedAsync(store);
        await sweep.CommitAsync();
        Assert.Equal("claimed", await again);
        await claim.CommitAsync();
        Assert.Equal(2, await store.SqlAsync<long>("select count(*) from flags.claims where state = 'claimed'"));
    }

    private static async Task FillAsync(Store store, int claims)
    {
        await store.SqlAsync<string>($"""
            insert into flags.claims (key, owner, caller_id, token, attempt, once, ttl, keep, state, claimed_at, expires_at, free_at, keep_until)
            select 'old ' || i, 'o', 'k', i, 1, false, 30, 60, 'done', now() - interval '2 hours', now() - interval '1 hour', now() - interval '1 minute', now() - interval '1 minute' from generate_series(1, {claims}) i;
            insert into flags.workers (id, role, version, caller_id, state, started_at, changed_at, seen_at)
            select id, 'bot', 'v1', 'k', 'stopped', now() - age, now() - age, now() - age from (values ('yesterday', interval '25 hours'), ('today', interval '1 hour')) w (id, age);
            select 'done'
            """);
    }
}
