using System.Text;
using System.Text.Json;

namespace Flags.Checker;

/// <summary>Collects a history. A call is there from the moment it is sent: what is under way is part of what is known.</summary>
/// <param name="echo">Gets each line as well, in one write: a process that is killed has printed all of it or nothing.</param>
public sealed class Recorder(Stream? echo = null)
{
    private readonly Lock gate = new();
    private readonly List<Event> events = [];
    private readonly Dictionary<(string, long), int> places = [];

    /// <summary>Adds a line, or replaces the one of the same client and number.</summary>
    public void Put(Event line)
    {
        lock (gate)
        {
            if (places.TryGetValue((line.Client, line.Number), out int place))
            {
                if (events[place].Operation != line.Operation || events[place].Id != line.Id)
                    throw new InvalidOperationException($"Two clients have the name {line.Client}.");
                events[place] = line;
            }
            else
            {
                places.Add((line.Client, line.Number), events.Count);
                events.Add(line);
            }

            echo?.Write(Encoding.UTF8.GetBytes($"{line}\n"));
        }
    }

    /// <summary>A client was killed: what it had under way never gets an answer.</summary>
    public void GiveUp(Func<string, bool> client)
    {
        long now = Clock.Now;
        lock (gate)
        {
            for (int i = 0; i < events.Count; i++)
            {
                if (events[i] is { Answered: null, GaveUp: null } open && client(open.Client))
                    events[i] = open with { GaveUp = now };
            }
        }
    }

    public Event[] Snapshot()
    {
        lock (gate)
            return [.. events];
    }

    public int Count(Func<Event, bool> which)
    {
        lock (gate)
            return events.Count(which);
    }

    public static async Task WriteAsync(string path, IEnumerable<Event> history)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllLinesAsync(path, history.OrderBy(line => line.Sent).Select(line => line.ToString()));
    }

    public static async Task<Event[]> ReadAsync(string path) =>
        [.. (await File.ReadAllLinesAsync(path)).Select(line => JsonSerializer.Deserialize<Event>(line, Event.Json)!)];
}
