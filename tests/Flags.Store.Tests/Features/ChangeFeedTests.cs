using System.Diagnostics;
using Microsoft.Extensions.Hosting;

namespace Flags.Store.Tests;

public sealed class ChangeFeedTests
{
    [Fact]
    public async Task A_change_by_another_replica_arrives_with_the_changed_features()
    {
        await using Store writer = await Store.OpenAsync();
        await using Store follower = await Store.OpenAsync(writer.ConnectionString);
        ChangeFeed feed = await StartAsync(follower);
        ChangeStep step = await feed.NewestAsync(CancellationToken.None);
        await writer.CreateAsync("new");
        ChangeStep next = await NextAsync(step);
        Assert.Equal(["new"], next.Changed.Select(f => f.Feature.Name));
        await writer.Features.DeleteAsync(Store.Anna, "new", WriteOptions.None, CancellationToken.None);
        Assert.False(Assert.Single((await NextAsync(next)).Changed).Exists);
        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_change_of_the_description_is_no_news_for_evaluation()
    {
        await using Store store = await Store.OpenAsync();
        ChangeFeed feed = await StartAsync(store);
        ChangeStep step = await feed.NewestAsync(CancellationToken.None);
        await store.Features.PatchAsync(Store.Anna, "jobs_processing", new Core.FeaturePatch { Description = "words" }, WriteOptions.None, CancellationToken.None);
        ChangeStep next = await NextAsync(step);
        Assert.Empty(next.Changed);
        Assert.Equal("words", next.Set.Find("jobs_processing")!.Feature.Description);
        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Without_any_notification_a_change_is_noticed_by_the_look_once_a_second()
    {
        await using Store store = await Store.OpenAsync();
        ChangeFeed feed = await StartAsync(store);
        feed.Deaf = true;
        await NoticedAsync(store, feed, "deaf");
        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_killed_LISTEN_connection_is_replaced_and_no_change_is_lost()
    {
        await using Store store = await Store.OpenAsync();
        ChangeFeed feed = await StartAsync(store);
        for (int i = 0; i < 3; i++)
        {
            await Testing.Eventually.TrueAsync(async () => await ListenersAsync(store) == 1, "one connection listens");
            await store.SqlAsync<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'flags listen' and datname = current_database()");
            await NoticedAsync(store, feed, $"killed{i}");
        }

        await feed.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_step_that_says_that_keys_have_changed_does_not_bring_an_older_set_back()
    {
        await using Store store = await Store.OpenAsync();
        ChangeFeed feed = await StartAsync(store);
        await feed.NewestAsync(CancellationToken.None);
        long keys;
        Written changed;
        await using (Session locked = await Session.BeginAsync(store))
        {
            // The keys are loaded before their step is told; meanwhile a feature changes, and a read shows it.
            await locked.Run("lock table auth.keys in access exclusive mode");
            keys = await store.SqlAsync<long>("with c as (update flags.counter set auth_version = auth_version + 1 returning auth_version) select auth_version from c");
            await Testing.Eventually.TrueAsync(() => store.SqlAsync<bool>("select exists (select from pg_locks where database = (select oid from pg_database where datname = current_database()) and relation = 'auth.keys'::regclass and not granted)"), "the feed loads the keys");
            changed = Assert.IsType<Written>(await store.Features.DisableAsync(Store.Anna, "jobs_processing", WriteOptions.None, CancellationToken.None));
            await store.Cache.ReadAsync();
        }

        await Testing.Eventually.TrueAsync(async () => (await feed.NewestAsync(CancellationToken.None)).AuthVersion == keys, "the keys were told");
        Assert.Equal(changed.Stored.Feature.Version, (await feed.NewestAsync(CancellationToken.None)).Set.Version);
        await feed.StopAsync(CancellationToken.None);
    }

    private static Task<long> ListenersAsync(Store store) =>
        store.SqlAsync<long>("select count(*) from pg_stat_activity where application_name = 'flags listen' and datname = current_database() and query = 'listen flags'");

    private static async Task NoticedAsync(Store store, ChangeFeed feed, string name)
    {
        ChangeStep step = await feed.NewestAsync(CancellationToken.None);
        // Written around the replica's own cache, so that nothing but the feed can notice.
        await using Store other = await Store.OpenAsync(store.ConnectionString);
        var waited = Stopwatch.StartNew();
        await other.CreateAsync(name);
        while (!step.Changed.Any(f => f.Feature.Name == name))
            step = await NextAsync(step);
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: noticed after {waited.ElapsedMilliseconds} ms");
        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(15), $"noticed after {waited.Elapsed}");
    }

    private static async Task<ChangeFeed> StartAsync(Store store)
    {
        ChangeFeed feed = store.Get<ChangeFeed>();
        await ((IHostedService)feed).StartAsync(CancellationToken.None);
        return feed;
    }

    private static Task<ChangeStep> NextAsync(ChangeStep step) => step.NextAsync(CancellationToken.None).WaitAsync(Testing.Eventually.Deadline);
}
