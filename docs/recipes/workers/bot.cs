// A chat bot whose old and new version overlap in a deploy: both receive every message, each message is answered once.
//
//   FLAGS_URL, FLAGS_API_KEY (permission "claim")
//   bot VERSION FOLDER        FOLDER/messages: one message a line, "id text"; FOLDER/replies/*: one file an answer
//
// Each message is a claim. Who loses it waits until the other is done: if that one is killed in the middle, its claim ends with its TTL, and the next
// attempt answers instead. What the winner completed goes to everybody who asks again.
using System.Runtime.InteropServices;
using Flags.Client;

(string version, string folder) = (args[0], args[1]);
TimeSpan thinking = TimeSpan.FromMilliseconds(args.Length > 2 ? int.Parse(args[2]) : 100);
await using FlagsClient flags = FlagsClient.Create();
using var stop = new CancellationTokenSource();
using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    stop.Cancel();
});

// The connection: it follows the file, from now on.
await using var messages = new FileStream(Path.Combine(folder, "messages"), FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
messages.Seek(0, SeekOrigin.End);
using var lines = new StreamReader(messages);
Console.WriteLine($"{version} is connected");
var answers = new List<Task>();
while (!stop.IsCancellationRequested)
{
    if (await lines.ReadLineAsync() is { } line)
        answers.Add(AnswerAsync(line.Split(' ', 2)));
    else
        await Task.Delay(20, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}

// It receives nothing more; what it has begun it finishes.
await Task.WhenAll(answers);
return;

async Task AnswerAsync(string[] message)
{
    var options = new ClaimOptions { Ttl = TimeSpan.FromSeconds(15), Wait = TimeSpan.FromMinutes(1) };
    ClaimResult result = await flags.RunOnceAsync($"message:{message[0]}", async (claim, lost) =>
    {
        await Task.Delay(thinking, lost);
        // Right before what cannot be undone: a process that was asleep must not answer what another has answered meanwhile.
        claim.EnsureValid();
        await File.WriteAllTextAsync(Path.Combine(folder, "replies", $"{message[0]} {version} attempt {claim.Attempt}"), "hello yourself", lost);
        return $"{version} answered {message[0]}";
    }, options);
    Console.WriteLine(result is ClaimDone { RanHere: false } done ? $"{message[0]}: {done.Text}" : result);
}
