namespace Flags.Checker;

/// <summary>Turns a feature off, waits until nobody is inside, works, turns it on: a deploy of somebody who knows nothing of holds.</summary>
public sealed class Toggling(Client client, string feature, Chance chance)
{
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await client.SwitchAsync(feature, on: false);
            while (await client.SettleAsync(feature) is not { Outcome: "settled", Count: 0 })
                await Chance.Wait(1);
            await Chance.Wait(chance.Between(1, 5));
            await client.SwitchAsync(feature, on: true);
            await Chance.Wait(chance.Between(10, 30));
        }
    }
}
