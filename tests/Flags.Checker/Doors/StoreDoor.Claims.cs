using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Checker;

public sealed partial class StoreDoor
{
    private const string Version = "v1";

    private ClaimStore Claims => services.GetRequiredService<ClaimStore>();

    private WorkerStore Workers => services.GetRequiredService<WorkerStore>();

    public override async Task<Answer> ClaimAsync(Wish wish)
    {
        ClaimAnswer answer = await Claims.ClaimAsync(Key, new ClaimAttempt { Key = wish.Key, Owner = $"{wish.Owner}", Ttl = wish.Ttl, Keep = wish.Keep, Once = wish.Once }, CancellationToken.None);
        return new Answer($"{answer.Outcome}".ToLowerInvariant(), answer.Token, answer.Seconds) { Attempt = answer.Attempt, Result = answer.Result };
    }

    public override async Task<Answer> RenewClaimAsync(string key, long token, TimeSpan ttl)
    {
        (string outcome, double seconds) = await Claims.RenewAsync(Key, key, token, ttl, CancellationToken.None);
        return new Answer(outcome, token, seconds);
    }

    public override async Task<Answer> CompleteAsync(string key, long token, string result) => new((await Claims.CompleteAsync(Key, key, token, result, CancellationToken.None)).Outcome, token);

    public override async Task<Answer> AbandonAsync(string key, long token) => new((await Claims.AbandonAsync(Key, key, token, CancellationToken.None)).Outcome, token);

    public override async Task<Answer> BeatAsync(string worker, string role, string state)
    {
        (string outcome, string instruction, string now) = await Workers.HeartbeatAsync(Key, worker, new Heartbeat { Role = role, Version = Version, State = state }, CancellationToken.None);
        return new Answer(outcome) { Instruction = instruction, State = now };
    }

    public override async Task<Answer> InstructAsync(string role, string instruction)
    {
        WorkerInstruction word = instruction == "quiet" ? WorkerInstruction.Quiet : WorkerInstruction.Terminate;
        return new Answer("told") { Count = await Workers.InstructAsync(Key, new InstructWorkers { Role = role }, word, "a new version", CancellationToken.None) };
    }

    public override async Task<Answer> LookAsync(string worker, string role) => (await Workers.ListAsync(role, null, CancellationToken.None)).SingleOrDefault(one => one.Id == worker) is { } info
        ? new Answer("seen") { State = info.State, Instruction = info.Instruction } : new Answer("unknown");
}
