// A connection that may exist once: the new version takes over, the old one closes first.
//
//   A feature with a limit of 1:  flags create rtm_connection --limit 1 --enabled
//   FLAGS_URL, FLAGS_API_KEY (permission "lease")
//   singleton VERSION FOLDER [TTL]    FOLDER/connection-*: what happened on the connection, "open|beat|close VERSION MILLISECONDS"; TTL: seconds, 4
//
// An old version that hangs is replaced when its lease and its grace have ended. It cannot do harm when it wakes: it looks before each side effect.
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Flags.Client;

(string version, string log) = (args[0], Path.Combine(args[1], $"connection-{args[0]}"));
TimeSpan ttl = TimeSpan.FromSeconds(args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 4);
await using FlagsClient flags = FlagsClient.Create();
using var stop = new CancellationTokenSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});

// Ready to connect; it asks for the slot, and waits until that is its own.
Console.WriteLine($"{version} asks for the connection");
await using EnterResult entry = await flags.TakeOverAsync("rtm_connection", TimeSpan.FromMinutes(5), new EnterOptions { Ttl = ttl }, stop.Token);
if (entry is not Lease lease)
{
    Console.Error.WriteLine(entry); // Who is inside, since when.
    return 75;
}

string[] last = Directory.EnumerateFiles(args[1], "connection-*").SelectMany(File.ReadLines).Select(line => line.Split(' ')).OrderBy(words => long.Parse(words[2], CultureInfo.InvariantCulture)).LastOrDefault() ?? [];
Note("open", Now());
if (last is ["close", var old, var closed])
    Console.WriteLine($"{version} is connected, {Now() - long.Parse(closed, CultureInfo.InvariantCulture)} ms after {old} closed");
else
    Console.WriteLine($"{version} is connected");

using (CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, lease.Lost, lease.TakeoverRequested))
{
    try
    {
        while (!end.IsCancellationRequested)
        {
            NoteOwn("beat");
            await Task.Delay(20, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        NoteOwn("close");
    }
    catch (LeaseLostException lost)
    {
        // Slept too long: another has the connection by now, and this one's is dead.
        Console.WriteLine($"{version} was replaced: {lost.Message}");
        return 121;
    }
}

Console.WriteLine($"{version} closed{(lease.TakeoverRequested.IsCancellationRequested ? " for its successor" : "")}");
return 0;

// It may be asleep between any two lines: the time is one at which the connection was surely its own.
void NoteOwn(string what)
{
    long at = Now();
    lease.EnsureValid();
    Note(what, at);
}

void Note(string what, long at) => File.AppendAllText(log, string.Create(CultureInfo.InvariantCulture, $"{what} {version} {at}\n"));

static long Now() => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1000);
