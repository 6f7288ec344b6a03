using Flags.Testing;

namespace Flags.Checker;

/// <summary>Where the scenes of a run play: one database, one way to it, one history.</summary>
public sealed class Stage(string connectionString, Door door, Recorder recorder, int seed)
{
    private readonly List<Func<Task>> waiting = [];

    public string ConnectionString => connectionString;

    public Door Door => door;

    public Recorder Recorder => recorder;

    public Resource Resource { get; } = new(connectionString);

    /// <summary>Everything that was started, until it stops by itself.</summary>
    public List<Task> Loops { get; } = [];

    /// <summary>A loop that plays from <see cref="Start"/> on: nothing runs while features are still made.</summary>
    public void Add(Func<CancellationToken, Task> loop, CancellationToken stop) => waiting.Add(() => loop(stop));

    /// <summary>Lets everything play that was added.</summary>
    public void Start()
    {
        foreach (Func<Task> loop in waiting)
            Loops.Add(loop());
        waiting.Clear();
    }

    public async Task<string> FeatureAsync(string name, int? limit = null)
    {
        await door.CreateAsync(name, limit);
        Client client = ClientOf($"stage {name}");
        client.Put(client.Begin(Operation.Feature, Guid.Empty, name) with { Answered = Clock.Now, Outcome = "done", Count = limit ?? 0 });
        return name;
    }

    public Client ClientOf(string name) => new(name, door, recorder);

    public Chance ChanceOf(string name) => new(seed, name);

    public void Jobs(string feature, int loops, JobHabits habits, CancellationToken stop, string kind = "job")
    {
        for (int i = 0; i < loops; i++)
            Add(new JobLoop(ClientOf($"{kind} {feature} {i}"), feature, habits, ChanceOf($"{kind} {feature} {i}"), Resource).RunAsync, stop);
    }

    public void Deploys(IReadOnlyList<string> features, int loops, DeployHabits habits, CancellationToken stop)
    {
        string all = string.Join('+', features);
        for (int i = 0; i < loops; i++)
            Add(new DeployLoop(ClientOf($"deploy {all} {i}"), features, habits, ChanceOf($"deploy {all} {i}"), Resource).RunAsync, stop);
    }

    /// <summary>20 ms between check and insert, for the right and the wrong functions alike: a race that lasts long enough to be met.</summary>
    public Task WidenAsync() => FunctionMutant.ApplyAsync(connectionString, "enter", "if a.outcome is null then", "if a.outcome is null then perform pg_sleep(0.02);");
}
