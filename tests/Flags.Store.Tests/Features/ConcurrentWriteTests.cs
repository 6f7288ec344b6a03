using Flags.Core;

namespace Flags.Store.Tests;

public sealed class ConcurrentWriteTests
{
    private const int Writers = 20, Each = 6;

    [Fact]
    public async Task Concurrent_writers_of_all_gates_lose_nothing_and_history_versions_and_audit_agree()
    {
        await using Store store = await Store.OpenAsync();
        await store.CreateAsync("busy");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, writer)));
        Feature feature = await store.GetAsync("busy");
        Assert.Equal(Writers * Each, feature.Gates.Actors.Count);
        Assert.Equal(Writers, feature.Gates.DeniedActors.Count);
        IReadOnlyList<HistoryEntry> history = await store.HistoryAsync("busy");
        Assert.Equal(history.Count, history.Select(h => h.Version).Distinct().Count());
        Assert.Equal(history.OrderByDescending(h => h.Version).Select(h => h.AuditId), history.OrderByDescending(h => h.AuditId).Select(h => h.AuditId));
        Assert.Equal(feature.Version, history[0].Version);
        Assert.Equal(await store.SqlAsync<long>("select version from flags.counter"), await store.SqlAsync<long>("select max(version) from flags.audit"));
        AssertHistoryLeadsBackToNothing(feature, history);
    }

#if MUTANTS
    [Fact]
    public async Task Without_the_lock_the_same_test_loses_writes()
    {
        await using Store store = await Store.OpenAsync();
        await store.CreateAsync("busy");
        store.Database.Mutant = Mutant.NoLock;
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, writer)));
        Assert.True((await store.GetAsync("busy")).Gates.Actors.Count < Writers * Each, "nothing was lost, so the test above proves nothing");
    }
#endif

    [Fact]
    public async Task Imports_and_single_writes_in_any_order_do_not_deadlock()
    {
        await using Store store = await Store.OpenAsync();
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"f{i:00}")];
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            string[] mine = [.. names.OrderBy(n => string.GetHashCode(n + i, StringComparison.Ordinal))];
            string json = "{\"features\":{" + string.Join(",", mine.Select(name => $"\"{name}\":{{\"percentage_of_actors\":\"{i}\"}}")) + "}}";
            using var document = System.Text.Json.JsonDocument.Parse(json);
            Assert.IsType<ImportDone>(await store.Get<FeatureImport>().RunAsync(Store.Admin, document.RootElement, ImportMode.Merge, false, WriteOptions.None, CancellationToken.None));
            foreach (string name in mine.Take(10))
                await store.Features.EnableAsync(Store.Anna, name, WriteOptions.None, CancellationToken.None);
        }));
        Assert.Equal(61, (await store.Cache.ReadAsync()).Set.Features.Count);
    }

    [Fact]
    public async Task Of_writers_with_the_same_tag_exactly_one_wins()
    {
        await using Store store = await Store.OpenAsync();
        await store.CreateAsync("contested");
        for (int round = 0; round < 20; round++)
        {
            var options = new WriteOptions { IfMatch = [new FeatureTag((await store.GetAsync("contested")).Version, null)] };
            WriteResult[] results = await Task.WhenAll(Enumerable.Range(1, 5).Select(p => store.Features.PatchGatesAsync(
                Store.Anna, "contested", new GatesPatch { PercentageOfActors = Percentage.FromStored($"{(round * 5) + p}") as Percentage? }, options, CancellationToken.None)));
            Assert.Single(results.OfType<Written>());
            Assert.All(results.OfType<Refused>(), refused => Assert.Equal("urn:flags:problem:conflict", refused.Problem.Type));
        }
    }

    [Fact]
    public async Task A_reader_that_follows_deltas_misses_no_version_while_many_write()
    {
        await using Store writer = await Store.OpenAsync();
        await using Store reader = await Store.OpenAsync(writer.ConnectionString);
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"f{i}")];
        foreach (string name in names)
            await writer.CreateAsync(name);
        using var stop = new CancellationTokenSource();
        Task follow = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await reader.Cache.ReadAsync();
        });
        await Task.WhenAll(names.Select(async name =>
        {
            for (int i = 0; i < 30; i++)
                Assert.IsType<Written>(await writer.Features.PatchGatesAsync(Store.Anna, name, Add($"a{i}"), WriteOptions.None, CancellationToken.None));
        }));
        await stop.CancelAsync();
        await follow;
        FeatureSet followed = (await reader.Cache.ReadAsync()).Set;
        await using Store fresh = await Store.OpenAsync(writer.ConnectionString);
        FeatureSet loaded = (await fresh.Cache.ReadAsync()).Set;
        Assert.Equal(loaded.Features.Select(f => f.ETag), followed.Features.Select(f => f.ETag));
        Assert.All(names, name => Assert.Equal(30, followed.Find(name)!.Feature.Gates.Actors.Count));
    }

    private static async Task WriteAsync(Store store, int writer)
    {
        for (int i = 0; i < Each; i++)
            Assert.IsType<Written>(await store.Features.PatchGatesAsync(Store.Anna, "busy", Add($"User;{writer}-{i}"), WriteOptions.None, CancellationToken.None));
        GatesPatch[] others =
        [
            new() { DeniedActors = new SetPatch { Add = [$"User;{writer}"] } },
            new() { Groups = new SetPatch { Add = [$"g{writer}"] }, DeniedGroups = new SetPatch { Add = [$"d{writer}"] } },
            new() { PercentageOfActors = (Percentage?)Percentage.FromStored(writer.ToString()) },
            new() { PercentageOfTime = (Percentage?)Percentage.FromStored(writer.ToString()), Expression = Expression.FromStored($$"""{"Equal":[{"Property":["n"]},{{writer}}]}""") },
        ];
        foreach (GatesPatch patch in others)
            Assert.IsType<Written>(await store.Features.PatchGatesAsync(Store.Anna, "busy", patch, WriteOptions.None, CancellationToken.None));
    }

    private static GatesPatch Add(string actor) => new() { Actors = new SetPatch { Add = [actor] } };

    /// <summary>Each difference taken back, newest first, must fit what is there and end where the feature did not exist.</summary>
    private static void AssertHistoryLeadsBackToNothing(Feature feature, IReadOnlyList<HistoryEntry> history)
    {
        var content = new FeatureContent { Exists = true, Description = feature.Description, Tags = feature.Tags, Gates = feature.Gates };
        foreach (HistoryEntry entry in history)
        {
            FeatureContent before = FeatureDifference.Undo(content, entry.Change);
            Assert.Equal(entry.Change.Actors?.Added.Count ?? 0, content.Gates.Actors.Count - before.Gates.Actors.Count);
            content = before;
        }

        Assert.False(content.Exists);
        Assert.Equal(Gates.Empty, content.Gates);
    }
}
