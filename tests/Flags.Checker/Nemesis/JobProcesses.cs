namespace Flags.Checker;

/// <summary>The processes that jobs run in; a killed one is followed by another.</summary>
public sealed class JobProcesses(Recorder recorder, Func<string, int, ChildProcess> start) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<(string Name, ChildProcess Process)> running = [];
    private int started;

    public void Start()
    {
        string name = $"jobs-{++started}";
        running.Add((name, start(name, started)));
    }

    public ChildProcess One(Chance chance) => running[(int)chance.Between(0, running.Count)].Process;

    /// <summary>Its calls never get their answers, and its leases are nobody's.</summary>
    public async Task KillOneAsync(Chance chance)
    {
        (string name, ChildProcess process) = running[(int)chance.Between(0, running.Count)];
        running.Remove((name, process));
        await process.KillAsync();
        await process.DisposeAsync();
        recorder.GiveUp(client => client.StartsWith($"{name} ", StringComparison.Ordinal));
        Start();
    }

    public async Task EndAsync()
    {
        foreach ((_, ChildProcess process) in running)
            await process.EndAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((_, ChildProcess process) in running)
            await process.DisposeAsync();
    }
}
