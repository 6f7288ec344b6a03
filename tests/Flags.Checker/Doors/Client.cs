namespace Flags.Checker;

/// <summary>A client that writes down what it asks and what it is told. One at a time uses it.</summary>
public sealed partial class Client(string name, Door door, Recorder recorder)
{
    private long number;

    /// <param name="entry">Who wants to enter what.</param>
    /// <param name="again">Whether the same call was sent before, so that its answer may be that of the first.</param>
    public async Task<Event> EnterAsync(Entry entry, bool again = false)
    {
        Event call = Begin(Operation.Enter, entry.Id, entry.Feature) with { TtlSeconds = entry.Ttl.TotalSeconds, Waits = entry.Wait is not null, Parent = entry.Parent, Takeover = entry.Takeover };
        return await CallAsync(call, async () => await door.EnterAsync(entry) is var answer && (again || entry.Takeover) && door is RestDoor && answer.Outcome == "entered" ? answer with { Outcome = "replay" } : answer);
    }

    /// <summary>Enters; a call without an answer is repeated with the same id.</summary>
    public async Task<Event> EnterSurelyAsync(Entry entry, CancellationToken stop)
    {
        Event enter = await EnterAsync(entry);
        bool maybe = false;
        while (enter.Unheard && !stop.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
            maybe |= enter.Answered is null;
            enter = await EnterAsync(entry, again: maybe);
        }

        return enter;
    }

    public Task<Event> RenewAsync(Event lease) =>
        CallAsync(Of(Operation.Renew, lease) with { TtlSeconds = lease.TtlSeconds }, () => door.RenewAsync(lease.Id, lease.Token, TimeSpan.FromSeconds(lease.TtlSeconds)));

    public Task<Event> LeaveAsync(Event lease) => CallAsync(Of(Operation.Leave, lease), () => door.LeaveAsync(lease.Id, lease.Token));

    public async Task<Event> PlaceAsync(Guid id, IReadOnlyList<string> features, TimeSpan ttl, bool again = false)
    {
        Event call = Begin(Operation.Place, id, [.. features]) with { TtlSeconds = ttl.TotalSeconds };
        return await CallAsync(call, async () => await door.PlaceAsync(id, features, ttl) is var answer && again && door is RestDoor && answer.Outcome == "placed" ? answer with { Outcome = "replay" } : answer);
    }

    public Task<Event> ExtendAsync(Event hold) =>
        CallAsync(Of(Operation.Extend, hold) with { TtlSeconds = hold.TtlSeconds }, () => door.ExtendAsync(hold.Id, hold.Token, TimeSpan.FromSeconds(hold.TtlSeconds)));

    public Task<Event> DrainAsync(Event hold, TimeSpan? wait) => CallAsync(Of(Operation.Drain, hold) with { Waits = wait is not null }, () => door.DrainAsync(hold.Id, wait));

    public Task<Event> ReleaseAsync(Event hold) => CallAsync(Of(Operation.Release, hold), () => door.ReleaseAsync(hold.Id));

    public Task<Event> RevokeAsync(Event hold) => CallAsync(Of(Operation.Revoke, hold), () => door.RevokeAsync(hold.Id));

    public Task<Event> SwitchAsync(string feature, bool on) => CallAsync(Begin(on ? Operation.Enable : Operation.Disable, Guid.Empty, feature), () => door.SwitchAsync(feature, on));

    public Task<Event> SettleAsync(string feature) => CallAsync(Begin(Operation.Settle, Guid.Empty, feature), () => door.SettleAsync(feature));

    public Task<Event> WaiveAsync(long at) => CallAsync(Begin(Operation.Waive, Guid.Empty) with { At = at }, () => door.WaiveAsync());

    /// <summary>Writes to the resource under a lease.</summary>
    public Task<Event> WriteAsync(Resource resource, Event lease, TimeSpan linger) => resource.WriteAsync(Of(Operation.Write, lease), linger, this);

    /// <summary>Writes a drained hold's token to the resources.</summary>
    public async Task PublishAsync(Resource resource, Event hold)
    {
        foreach (string feature in hold.Features)
            await resource.PublishAsync(Begin(Operation.Publish, Guid.Empty, feature) with { Token = hold.Token }, this);
    }

    public Event Begin(Operation operation, Guid id, params IReadOnlyList<string> features) =>
        new() { Operation = operation, Client = name, Number = Interlocked.Increment(ref number), Id = id, Features = features, Sent = Clock.Now };

    public void Put(Event line) => recorder.Put(line);

    private async Task<Event> CallAsync(Event call, Func<Task<Answer>> ask)
    {
        call = call with { Sent = Clock.Now };
        recorder.Put(call);
        Event done;
        try
        {
            Answer answer = await ask();
            done = call with
            {
                Answered = Clock.Now,
                Outcome = answer.Outcome,
                Token = call.Token != 0 ? call.Token : answer.Token,
                ExpiresInSeconds = answer.ExpiresInSeconds,
                Count = answer.Count,
                At = call.At ?? answer.At,
                Attempt = answer.Attempt,
                Result = call.Result ?? answer.Result,
                State = answer.State ?? call.State,
                Instruction = answer.Instruction ?? call.Instruction,
            };
        }
        catch (Exception outage) when (door.IsOutage(outage))
        {
            done = call with { GaveUp = Clock.Now };
        }

        recorder.Put(done);
        return done;
    }

    private Event Of(Operation operation, Event given) => Begin(operation, given.Id, given.Features) with { Token = given.Token };
}
