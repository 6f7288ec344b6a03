namespace Flags.Checker;

/// <summary>One deploy after the other.</summary>
public sealed class DeployLoop(Client client, IReadOnlyList<string> features, DeployHabits habits, Chance chance, Resource? resource)
{
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Event hold = await PlaceAsync(stop);
            if (hold.IsGrant)
                await DeployAsync(hold, stop);
            await Chance.Wait(chance.Between(habits.LeastPause, habits.MostPause));
        }
    }

    private async Task<Event> PlaceAsync(CancellationToken stop)
    {
        Guid id = chance.Id();
        TimeSpan ttl = TimeSpan.FromSeconds(Math.Round(chance.Between(habits.LeastTtl, habits.MostTtl), 3));
        Event hold = await client.PlaceAsync(id, features, ttl);
        bool maybe = false;
        while (hold.Unheard && !stop.IsCancellationRequested)
        {
            await Chance.Wait(50);
            maybe |= hold.Answered is null;
            hold = await client.PlaceAsync(id, features, ttl, again: maybe);
        }

        return hold;
    }

    private async Task DeployAsync(Event hold, CancellationToken stop)
    {
        bool dead = chance.Is(habits.Dead);
        if (chance.Is(habits.Revoke))
            await client.RevokeAsync(hold);
        long deadline = Lifetimes.OwnDeadline([hold]);
        if (await DrainAsync(hold, deadline, stop))
        {
            if (resource is not null)
                await client.PublishAsync(resource, hold);
            await Chance.Wait(chance.Between(habits.LeastStay, habits.MostStay));
        }

        if (chance.Is(habits.Late))
            await ExtendLateAsync(hold);
        else if (chance.Is(habits.Extend))
            await client.ExtendAsync(hold);
        if (dead)
            await Chance.Wait(hold.TtlSeconds * 1000);
        else
            await ReleaseAsync(hold);
    }

    /// <summary>Asks until it is drained, the hold is over, or the deploy's own deadline comes.</summary>
    private async Task<bool> DrainAsync(Event hold, long deadline, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested && Clock.Now < deadline)
        {
            Event drain = await client.DrainAsync(hold, habits.Wait);
            if (drain.Outcome is "drained" or "ended" or "unknown")
                return drain.Outcome == "drained";
            await Chance.Wait(drain.Unheard ? 50 : habits.Poll);
        }

        return false;
    }

    private async Task ExtendLateAsync(Event hold)
    {
        // Just before the earliest moment at which the server's expiry can be, so that it waits across it, or just after the latest.
        bool before = chance.Is(0.5);
        double left = ((before ? hold.Sent : hold.Answered!.Value) - Clock.Now) / 1000.0 + hold.ExpiresInSeconds * 1000;
        await Chance.Wait(left + (before ? chance.Between(-25, 5) : chance.Between(20, 60)));
        await client.ExtendAsync(hold);
        await Chance.Wait(chance.Between(habits.LeastStay, habits.MostStay));
    }

    private async Task ReleaseAsync(Event hold)
    {
        Event release = await client.ReleaseAsync(hold);
        for (int attempt = 0; release.Unheard && attempt < 20; attempt++)
        {
            await Chance.Wait(100);
            release = await client.ReleaseAsync(hold);
        }
    }
}
