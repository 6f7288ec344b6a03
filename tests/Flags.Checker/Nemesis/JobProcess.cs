using System.Globalization;
using System.Text.Json;

namespace Flags.Checker;

/// <summary>Jobs in a process of their own, so that they can be paused and killed; they print their history.</summary>
public static class JobProcess
{
    public const string Mode = "job";

    private const string Connection = "FLAGS_CHECKER_CONNECTION", Key = "FLAGS_CHECKER_KEY";

    private const int Loops = 3;

    /// <summary>Lives of a second or two, most jobs wait at the door, some die.</summary>
    private static readonly JobHabits Habits = new()
    {
        LeastTtl = 1,
        MostTtl = 2,
        LeastWork = 5,
        MostWork = 150,
        Pause = 50,
        Dead = 0.03,
        Write = 0.15,
        Family = 0.15,
        Repeat = 0.03,
    };

    private static readonly ClaimHabits Claimers = new() { LeastTtl = 1, MostTtl = 1.5, Keep = 4, MostWork = 40, Pause = 60, Dead = 0.1, Late = 0.1, KeyLasts = 5_000 };

    public static ChildProcess Start(string name, int seed, IEnumerable<Uri> replicas, IEnumerable<string> features, (string ConnectionString, string Key) access, Recorder recorder) => ChildProcess.Start(
        "Flags.Checker.dll", [Mode, name, seed.ToString(CultureInfo.InvariantCulture), string.Join(',', replicas), string.Join(',', features)],
        new Dictionary<string, string> { [Connection] = access.ConnectionString, [Key] = access.Key },
        line => recorder.Put(JsonSerializer.Deserialize<Event>(line, Event.Json)!));

    /// <summary>What such a process does, until its input ends.</summary>
    public static async Task RunAsync(string[] args)
    {
        (string name, int seed) = (args[1], int.Parse(args[2], CultureInfo.InvariantCulture));
        await using var door = new RestDoor(args[3].Split(',').Select(address => new Uri(address)), Environment.GetEnvironmentVariable(Key)!);
        var resource = new Resource(Environment.GetEnvironmentVariable(Connection)!);
        await using Stream output = Console.OpenStandardOutput();
        var recorder = new Recorder(output);
        using var stop = new CancellationTokenSource();
        var loops = new List<Task>();
        foreach (string feature in args[4].Split(','))
        {
            for (int i = 0; i < Loops; i++)
            {
                string loop = $"{name} {feature} {i}";
                JobHabits habits = i == 0 ? Habits : Habits with { Wait = TimeSpan.FromSeconds(2) };
                loops.Add(new JobLoop(new Client(loop, door, recorder), feature, habits, new Chance(seed, loop), resource).RunAsync(stop.Token));
            }
        }

        for (int i = 0; i < Loops; i++)
            loops.Add(new ClaimLoop(new Client($"{name} claimer {i}", door, recorder), "chaos", Claimers, new Chance(seed, $"{name} claimer {i}")).RunAsync(stop.Token));
        await Task.WhenAny(Console.In.ReadToEndAsync(), Task.WhenAll(loops));
        await stop.CancelAsync();
        await Task.WhenAll(loops);
    }
}
