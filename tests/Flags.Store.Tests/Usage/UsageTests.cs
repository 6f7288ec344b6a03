using Flags.Core;
using Flags.Testing;
using Npgsql;

namespace Flags.Store.Tests;

public sealed class UsageTests
{
    [Fact]
    public async Task Counts_that_another_flush_has_taken_are_waited_for()
    {
        await using Store store = await Store.OpenAsync();
        await store.CreateAsync("counted");
        await store.GetAsync("counted");
        UsageStore usage = store.Get<UsageStore>();
        usage.Add("counted", 40, 2, "anna");
        Task<UsageInfo> first, second;
        await using (Session locked = await Session.BeginAsync(store))
        {
            // Reads go on, so that who does not wait sees the table without the counts.
            await locked.Run("lock table flags.usage in share mode");
            first = usage.FindAsync("counted", CancellationToken.None);
            await Eventually.TrueAsync(async () => await store.SqlAsync<long>("select count(*) from pg_locks where database = (select oid from pg_database where datname = current_database()) and relation = 'flags.usage'::regclass and not granted") == 1, "a flush waits");
            second = usage.FindAsync("counted", CancellationToken.None);
            Assert.NotSame(second, await Task.WhenAny(second, Task.Delay(300)));
        }

        foreach (UsageInfo info in await Task.WhenAll(first, second))
            Assert.Equal((40, 2, "anna"), (info.On, info.Off, info.LastEvaluatedBy));
    }

    [Fact]
    public async Task Uses_of_keys_that_could_not_be_written_are_written_with_the_next_batch()
    {
        await using Store store = await Store.OpenAsync();
        await store.CreateAsync("counted");
        KeyStore keys = store.Get<KeyStore>();
        KeyDone minted = Assert.IsType<KeyDone>(await keys.MintAsync(Store.Admin, new MintKey { Name = "ci", Permissions = ["read"] }, null, CancellationToken.None));
        await store.Get<KeyRing>().FindAsync(minted.Secret!, new KeyOrigin("192.0.2.7", "curl/8"));
        UsageStore usage = store.Get<UsageStore>();
        await store.SqlAsync<object?>("alter table auth.keys add constraint unused check (last_used_at is null)");
        await Assert.ThrowsAsync<PostgresException>(() => usage.FindAsync("counted", CancellationToken.None));
        await store.SqlAsync<object?>("alter table auth.keys drop constraint unused");

        await usage.FindAsync("counted", CancellationToken.None);
        KeyInfo written = (await keys.FindAsync(minted.Info.Id, CancellationToken.None))!;
        Assert.Equal(("192.0.2.7", "curl/8", true), (written.LastUsedAddress, written.LastUsedClient, written.LastUsedAt is not null));
    }
}
