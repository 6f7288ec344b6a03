using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Flags.Client;
using Flags.Core;

namespace Flags.Checker;

/// <summary>Through the routes, one replica after the other: a client that does not know which of them is up.</summary>
public sealed partial class RestDoor : Door
{
    private static readonly TimeSpan SetUp = TimeSpan.FromSeconds(60);

    private readonly HttpClient[] https;
    private readonly FlagsApi[] replicas;
    private int turn;

    public RestDoor(IEnumerable<Uri> addresses, string key)
    {
        https = [.. addresses.Select(address => new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(12) })];
        foreach (HttpClient http in https)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        replicas = [.. https.Select(http => new FlagsApi(http))];
    }

    private FlagsApi Api => replicas[(int)((uint)Interlocked.Increment(ref turn) % (uint)replicas.Length)];

    /// <summary>What a process does for the first time takes its time: everything that is judged by its time, once on each replica, before anything is recorded.</summary>
    public async Task WarmAsync()
    {
        const string Feature = "warm";
        await CreateAsync(Feature, null);
        TimeSpan ttl = TimeSpan.FromSeconds(2);
        Guid[] ids = [.. replicas.Select(_ => Guid.NewGuid())];
        var tokens = new Dictionary<Guid, long>();
        foreach (Guid id in ids)
            tokens[id] = (await SurelyAsync(() => EnterAsync(new Entry(Feature, id, ttl)))).Token;
        foreach (Guid id in ids)
            await SurelyAsync(() => RenewAsync(id, tokens[id], ttl));
        foreach (Guid id in ids)
            await SurelyAsync(() => LeaveAsync(id, tokens[id]));
        foreach (Guid id in ids)
            await SurelyAsync(() => PlaceAsync(id, [Feature], ttl));
        foreach (Guid id in ids)
            await SurelyAsync(() => DrainAsync(id, ttl));
        foreach (Guid id in ids)
            await SurelyAsync(() => ReleaseAsync(id));
    }

    public override async Task CreateAsync(string feature, int? limit)
    {
        int attempts = 0;
        await SurelyAsync(async () =>
        {
            try
            {
                attempts++;
                await Api.CreateFeatureAsync(new CreateFeature { Name = feature, Enabled = true, Limit = limit });
            }
            catch (FlagsProblemException there) when (attempts > 1 && there.Problem.Status == (int)HttpStatusCode.Conflict)
            {
                // An attempt that was not answered has made it.
            }

            return new Answer("created");
        });
    }

    public override Task<Answer> EnterAsync(Entry entry) => AskAsync(async () =>
    {
        EnteredLease lease = await Api.EnterFeatureAsync(entry.Feature, entry.Id, new EnterFeature { Ttl = new Duration(entry.Ttl), Parent = entry.Parent, Takeover = entry.Takeover }, Wait(entry.Wait));
        // The typed client does not tell 201 from 200: who repeats a call knows it.
        return new Answer("entered", lease.Token, lease.ExpiresInSeconds);
    });

    public override Task<Answer> RenewAsync(Guid id, long token, TimeSpan ttl) => AskAsync(async () =>
    {
        RenewedLease lease = await Api.RenewLeaseAsync(id, new RenewLease(token, new Duration(ttl)));
        return new Answer(lease.Outcome, token, lease.ExpiresInSeconds);
    });

    public override Task<Answer> LeaveAsync(Guid id, long token) => AskAsync(async () => new Answer(await Api.LeaveFeatureAsync(id, token)));

    public override Task<Answer> PlaceAsync(Guid id, IReadOnlyList<string> features, TimeSpan ttl) => AskAsync(async () =>
    {
        PlacedHold hold = await Api.PlaceHoldAsync(id, new PlaceHold { Features = features, Reason = "a deploy", Ttl = new Duration(ttl) });
        return new Answer("placed", hold.Token, hold.ExpiresInSeconds);
    });

    public override Task<Answer> ExtendAsync(Guid id, long token, TimeSpan ttl) =>
        AskAsync(async () => new Answer("extended", token, (await Api.ExtendHoldAsync(id, new ExtendHold(token, new Duration(ttl)))).ExpiresInSeconds));

    public override Task<Answer> DrainAsync(Guid id, TimeSpan? wait) => AskAsync(async () =>
    {
        DrainedHold drained = await Api.GetDrainedAsync(id, Wait(wait));
        return new Answer("drained", drained.Token) { At = Micros(drained.DrainedAt) };
    });

    public override Task<Answer> ReleaseAsync(Guid id) => AskAsync(async () => new Answer(await Api.ReleaseHoldAsync(id)));

    public override Task<Answer> RevokeAsync(Guid id) => AskAsync(async () => new Answer("revoked") { Count = (await Api.RevokeLeasesAsync(id, new HoldReason("make room"))).Revoked });

    public override Task<Answer> SwitchAsync(string feature, bool on) => AskAsync(async () =>
    {
        _ = on ? await Api.EnableFeatureAsync(feature) : await Api.DisableFeatureAsync(feature);
        return new Answer("done");
    });

    public override Task<Answer> SettleAsync(string feature) => AskAsync(async () =>
    {
        await Api.ListLeasesAsync(feature, until: "empty");
        return new Answer("settled");
    });

    public override Task<Answer> WaiveAsync() => AskAsync(async () => new Answer((await Api.WaiveRecoveryAsync(new HoldReason("nothing runs"))).Waived ? "done" : "none"));

    public override bool IsOutage(Exception failure) => failure is FlagsUnavailableException or HttpRequestException or IOException;

    public override ValueTask DisposeAsync()
    {
        foreach (HttpClient http in https)
            http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>What is needed before anything is recorded: a moment in which the machine stood still is no failure of it.</summary>
    private async Task<Answer> SurelyAsync(Func<Task<Answer>> call)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception outage) when (IsOutage(outage) && waited.Elapsed < SetUp)
            {
                await Chance.Wait(100);
            }
        }
    }

    private static Duration? Wait(TimeSpan? wait) => wait is { } time ? new Duration(time) : null;

    private static async Task<Answer> AskAsync(Func<Task<Answer>> call)
    {
        try
        {
            return await call();
        }
        catch (FlagsProblemException refused)
        {
            return new Answer(Word(refused.Problem)) { Count = refused.Problem.InFlight ?? 0, Result = refused.Problem.Result?.GetRawText() };
        }
        catch (FlagsUnavailableException down) when (down.InnerException?.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused })
        {
            // Not sent, so it has surely had no effect.
            return new Answer("unreached");
        }
    }

    private static string Word(Problem problem) => (problem.Reason, problem.Type.Split(':')[^1]) switch
    {
        ({ } reason, _) => reason,
        (_, "hold-ended") => "ended",
        (_, "hold-limit") => "limit",
        (_, "lease-lost") => "lost",
        (_, "claimed") => "taken",
        (_, "claim-done") => "done",
        (_, "stale-token") => "stale",
        (_, var type) => type,
    };
}
