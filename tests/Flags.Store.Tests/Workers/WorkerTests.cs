using Flags.Core;
using Flags.Testing;

namespace Flags.Store.Tests;

public sealed class WorkerTests
{
    private static readonly Caller Host = new("k1", "host", CallerKind.Key, Permissions.Worker), Pipeline = new("k2", "ci", CallerKind.Key, Permissions.Hold);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_heartbeat_that_was_held_up_does_not_bring_back_a_state_that_a_later_one_ended(bool withoutLock)
    {
        await using Store store = await Store.OpenAsync();
        if (withoutLock)
            await FunctionMutant.ApplyAsync(store.ConnectionString, "heartbeat", "where id = p_id for update", "where id = p_id");
        Assert.Equal("seen", (await BeatAsync(store, "ready")).Outcome);
        await using Session later = await Session.BeginAsync(store), late = await Session.BeginAsync(store);
        await later.Run("select id from flags.workers for update");
        Task<string?> ready = late.Run(Beat("ready"));
        await late.IsBlockedAsync(store);
        Assert.Equal("seen", await later.Run(Beat("quiet")));
        await later.CommitAsync();
        Assert.Equal(withoutLock ? "seen" : "back", await ready);
        await late.CommitAsync();
        Assert.Equal(withoutLock ? "ready" : "quiet", await store.SqlAsync<string>("select state from flags.workers"));
    }

    [Fact]
    public async Task Each_state_can_be_repeated_or_passed_over_and_none_comes_back()
    {
        await using Store store = await Store.OpenAsync();
        string[] states = ["starting", "ready", "quiet", "stopped"];
        for (int now = 0; now < states.Length; now++)
        {
            Assert.Equal(("seen", "seen"), ((await BeatAsync(store, states[now])).Outcome, (await BeatAsync(store, states[now])).Outcome));
            foreach (string before in states[..now])
                Assert.Equal(("back", states[now]), await BeatAsync(store, before) is var (outcome, _, state) ? (outcome, state) : default);
        }

        Assert.Equal("seen", (await BeatAsync(store, "stopped", "worker 2")).Outcome);
        Assert.Equal("id-reused", (await store.Get<WorkerStore>().HeartbeatAsync(Host, "worker", new Heartbeat { Role = "bot", Version = "v2", State = "stopped" }, CancellationToken.None)).Outcome);
        Assert.Equal("id-reused", (await store.Get<WorkerStore>().HeartbeatAsync(Pipeline, "worker", new Heartbeat { Role = "bot", Version = "v1", State = "stopped" }, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task An_instruction_reaches_those_that_match_and_never_goes_back()
    {
        await using Store store = await Store.OpenAsync();
        foreach (string id in (string[])["one", "two", "gone"])
            await BeatAsync(store, id == "gone" ? "stopped" : "ready", id);
        Assert.Equal(0, await TellAsync(store, WorkerInstruction.Quiet, new InstructWorkers { Role = "bot", ExceptVersion = "v1" }));
        Assert.Equal(0, await TellAsync(store, WorkerInstruction.Quiet, new InstructWorkers { Role = "other" }));
        Assert.Equal(1, await TellAsync(store, WorkerInstruction.Terminate, new InstructWorkers { Role = "bot", Id = "one" }));
        Assert.Equal(2, await TellAsync(store, WorkerInstruction.Quiet, new InstructWorkers { Role = "bot", Version = "v1", ExceptVersion = "v2" }));
        Assert.Equal(2, await TellAsync(store, WorkerInstruction.Quiet, new InstructWorkers { Role = "bot" }));
        Assert.Equal(("terminate", "quiet", "none"), ((await BeatAsync(store, "ready", "one")).Instruction, (await BeatAsync(store, "quiet", "two")).Instruction, (await BeatAsync(store, "stopped", "gone")).Instruction));
        Assert.Equal("workers.terminate workers.quiet", await store.SqlAsync<string>("select string_agg(what, ' ' order by id) from flags.audit where what like 'workers.%'"));
    }

    [Fact]
    public async Task Three_missed_heartbeats_are_lost_and_the_next_one_is_not()
    {
        await using Store store = await Store.OpenAsync();
        await BeatAsync(store, "ready");
        Assert.True(WorkerRules.IsReady(Assert.Single(await ListAsync(store))));
        Assert.Equal(WorkerRules.Heartbeat * 3, WorkerRules.LostAfter);
        await store.SqlAsync<string>($"update flags.workers set seen_at = clock_timestamp() - interval '{WorkerRules.Heartbeat.TotalSeconds * 2} seconds' returning id");
        Assert.False(Assert.Single(await ListAsync(store)).Lost);
        await store.SqlAsync<string>($"update flags.workers set seen_at = clock_timestamp() - interval '{WorkerRules.LostAfter.TotalSeconds} seconds' returning id");
        WorkerInfo lost = Assert.Single(await ListAsync(store));
        Assert.Equal((true, "ready", false), (lost.Lost, lost.State, WorkerRules.IsReady(lost)));
        // It is told all the same, in case it wakes; nobody counts on it.
        Assert.Equal(0, await TellAsync(store, WorkerInstruction.Quiet, new InstructWorkers { Role = "bot" }));
        Assert.Equal("quiet", (await BeatAsync(store, "ready")).Instruction);
        Assert.False(Assert.Single(await ListAsync(store)).Lost);
    }

    private static string Beat(string state) => $"select outcome from flags.heartbeat('worker', 'bot', 'v1', '{state}', null, null, 'k1')";

    private static Task<(string Outcome, string Instruction, string State)> BeatAsync(Store store, string state, string id = "worker") =>
        store.Get<WorkerStore>().HeartbeatAsync(Host, id, new Heartbeat { Role = "bot", Version = "v1", State = state }, CancellationToken.None);

    private static Task<int> TellAsync(Store store, WorkerInstruction instruction, InstructWorkers which) => store.Get<WorkerStore>().InstructAsync(Pipeline, which, instruction, null, CancellationToken.None);

    private static Task<IReadOnlyList<WorkerInfo>> ListAsync(Store store) => store.Get<WorkerStore>().ListAsync("bot", null, CancellationToken.None);
}
