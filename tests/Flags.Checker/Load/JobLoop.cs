namespace Flags.Checker;

/// <summary>One job after the other.</summary>
public sealed class JobLoop(Client client, string feature, JobHabits habits, Chance chance, Resource? resource)
{
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var entry = new Entry(feature, chance.Id(), TimeSpan.FromSeconds(Math.Round(chance.Between(habits.LeastTtl, habits.MostTtl), 3))) { Wait = habits.Wait, Takeover = chance.Is(habits.Takeover) };
            Event enter = await client.EnterSurelyAsync(entry, stop);
            while (entry.Takeover && enter.Outcome is "full" or "held" or "unreached" && !stop.IsCancellationRequested)
            {
                await Chance.Wait(habits.Pause);
                enter = await client.EnterSurelyAsync(entry, stop);
            }

            if (chance.Is(habits.Repeat) && await client.EnterAsync(entry, again: true) is { IsGrant: true } repeated && !enter.IsGrant)
                enter = repeated;
            if (enter.IsGrant)
                await WorkAsync(enter, stop);
            else
                await Chance.Wait(chance.Between(0.5, 1.5) * habits.Pause);
        }
    }

    private async Task WorkAsync(Event lease, CancellationToken stop)
    {
        double luck = chance.Between(0, 1);
        if ((luck -= habits.Dead) < 0)
            return;
        if ((luck -= habits.Late) < 0)
        {
            await RenewLateAsync(lease);
            return;
        }

        if (resource is not null && (luck -= habits.Write) < 0)
        {
            await WriteAsync(lease);
            return;
        }

        if (luck - habits.Family < 0)
        {
            await FamilyAsync(lease);
            return;
        }

        await WorkHonestlyAsync(lease, stop);
        await client.LeaveAsync(lease);
    }

    /// <summary>Works, renews at a third of the life, and stops at its own deadline.</summary>
    private async Task WorkHonestlyAsync(Event lease, CancellationToken stop)
    {
        long until = Clock.Now + (long)(chance.Between(habits.LeastWork, habits.MostWork) * Clock.Millisecond);
        Event newest = lease;
        while (Clock.Now < until && !stop.IsCancellationRequested)
        {
            double left = (until - Clock.Now) / (double)Clock.Millisecond;
            await Chance.Wait(Math.Min(left, lease.TtlSeconds * 1000 / 3));
            if (Clock.Now >= until)
                return;
            Event renewed = await client.RenewAsync(lease);
            if (renewed.Answered is not null && !renewed.IsGrant)
                return;
            newest = renewed.IsGrant ? renewed : newest;
            if (Clock.Now > Lifetimes.OwnDeadline([newest]))
                return;
        }
    }

    /// <summary>Around the latest moment at which the server's expiry can be.</summary>
    private async Task RenewLateAsync(Event lease)
    {
        double left = (lease.Answered!.Value - Clock.Now) / 1000.0 + lease.ExpiresInSeconds * 1000;
        await Chance.Wait(left + chance.Between(-30, 70));
        await client.RenewAsync(lease);
        await client.LeaveAsync(lease);
    }

    /// <summary>In time, or long after the lease and its grace, as a process that was asleep.</summary>
    private async Task WriteAsync(Event lease)
    {
        if (lease.TtlSeconds < 1 && chance.Is(0.5))
            await Chance.Wait(lease.ExpiresInSeconds * 1250 + chance.Between(0, 100));
        await client.WriteAsync(resource!, lease, TimeSpan.FromMilliseconds(chance.Between(0, 30)));
        await client.LeaveAsync(lease);
    }

    private async Task FamilyAsync(Event parent)
    {
        Task<Event> entering = client.EnterAsync(new Entry(feature, chance.Id(), TimeSpan.FromSeconds(parent.TtlSeconds)) { Parent = parent.Id });
        await Chance.Wait(chance.Between(0, 8));
        await client.LeaveAsync(parent);
        Event child = await entering;
        if (!child.IsGrant)
            return;
        await Chance.Wait(chance.Between(habits.LeastWork, habits.MostWork));
        await client.LeaveAsync(child);
    }
}
