namespace Flags.Store.Tests;

public sealed class SharedQueryTests
{
    [Fact]
    public async Task Who_asks_while_a_query_runs_gets_the_next_one_and_shares_it()
    {
        int runs = 0;
        var gates = new List<TaskCompletionSource>();
        var query = new SharedQuery<int>(async () =>
        {
            int run = ++runs;
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (gates)
                gates.Add(gate);
            await gate.Task;
            return run;
        });
        Task<int> first = query.JoinAsync();
        Task<int>[] later = [.. Enumerable.Range(0, 10).Select(_ => query.JoinAsync())];
        gates[0].SetResult();
        Assert.Equal(1, await first);
        await Flags.Testing.Eventually.TrueAsync(() =>
        {
            lock (gates)
                return gates.Count == 2;
        }, "the second query starts");
        // Its answer may be older than a write that these callers know of: they must not have got the first.
        Assert.All(later, task => Assert.False(task.IsCompleted));
        gates[1].SetResult();
        Assert.All(await Task.WhenAll(later), run => Assert.Equal(2, run));
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_failure_reaches_everybody_who_waits_and_the_next_query_runs()
    {
        bool fail = true;
        var query = new SharedQuery<int>(async () =>
        {
            await Task.Yield();
            return fail ? throw new StoreUnavailableException("down") : 7;
        });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => query.JoinAsync());
        fail = false;
        Assert.Equal(7, await query.JoinAsync());
    }
}
