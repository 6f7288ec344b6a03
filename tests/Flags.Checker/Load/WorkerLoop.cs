namespace Flags.Checker;

/// <summary>One worker's life after the other, told by several calls at once: those that are held up on their way come after later ones.</summary>
public sealed class WorkerLoop(Func<string, Client> clientOf, string role, Chance chance)
{
    private const int Callers = 3;

    private static readonly string[] States = ["starting", "ready", "quiet", "stopped"];

    public async Task RunAsync(CancellationToken stop)
    {
        Client[] clients = [.. Enumerable.Range(0, Callers + 2).Select(i => clientOf($"worker {role} {i}"))];
        for (int life = 0; !stop.IsCancellationRequested; life++)
        {
            string worker = $"{role}-{life}";
            await clients[0].BeatAsync(worker, $"{worker}s", States[0]);
            Task deploy = InstructAsync(clients[Callers], worker), look = LookAsync(clients[Callers + 1], worker);
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => BeatsAsync(clients[i], worker)).Append(deploy).Append(look));
        }
    }

    private async Task BeatsAsync(Client client, string worker)
    {
        for (int state = 0; state < States.Length; state += chance.Is(0.4) ? 1 : 0)
        {
            await client.BeatAsync(worker, $"{worker}s", States[state]);
            await Chance.Wait(chance.Between(0, 3));
        }
    }

    private async Task InstructAsync(Client client, string worker)
    {
        foreach (string instruction in (string[])["quiet", "terminate", "quiet"])
        {
            await Chance.Wait(chance.Between(0, 8));
            await client.InstructAsync(worker, $"{worker}s", instruction);
        }
    }

    private async Task LookAsync(Client client, string worker)
    {
        for (int i = 0; i < 5; i++)
        {
            await client.LookAsync(worker, $"{worker}s");
            await Chance.Wait(chance.Between(0, 4));
        }
    }
}
