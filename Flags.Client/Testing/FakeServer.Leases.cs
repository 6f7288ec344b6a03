using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Web;
using Flags.Core;

namespace Flags.Client;

/// <summary>Leases and holds that live until they are left and released.</summary>
internal sealed partial class FakeServer
{
    private const double Ttl = 60;

    private readonly ConcurrentDictionary<Guid, (string Feature, string Holder, long Token)> leases = new();
    private readonly ConcurrentDictionary<Guid, PlacedHold> holds = new();
    private long token;

    private SnapshotHolder Snapshot => flags.Client.Holder;

    public IReadOnlyList<string> Inside(string feature) => [.. leases.Values.Where(lease => lease.Feature == feature).Select(lease => lease.Holder)];

    private static TimeSpan Wait(HttpRequestMessage request) =>
        Duration.TryParse(HttpUtility.ParseQueryString(request.RequestUri!.Query)["wait"], out Duration wait) ? wait.Value : TimeSpan.Zero;

    private async Task<HttpResponseMessage> EnterAsync(string feature, Guid id, byte[] body, TimeSpan wait, CancellationToken cancellationToken)
    {
        EnterFeature enter = Read(body, FlagsJson.Relaxed.EnterFeature);
        string? actor = enter.Actor is { ValueKind: JsonValueKind.Object } who && who.TryGetProperty("id", out JsonElement text) ? text.GetString() : null;
        bool open = await UntilAsync(() => actor is null ? flags.Client.IsEnabled(feature) : flags.Client.IsEnabled(feature, actor), wait, cancellationToken).ConfigureAwait(false);
        if (!open && Snapshot.Find(feature) is null)
            return Problem(404, $"There is no feature {feature}.", "Create it with FakeFlags first.");
        if (!open)
            return Closed(feature);
        var lease = leases.GetOrAdd(id, _ => (feature, enter.Holder ?? "a job", Interlocked.Increment(ref token)));
        return Json(HttpStatusCode.Created, Bytes(new EnteredLease(id, lease.Token, feature, Now.AddSeconds(Ttl), Ttl, Ttl / 3), FlagsJson.Relaxed.EnteredLease), "application/json");
    }

    private HttpResponseMessage Closed(string feature)
    {
        HoldInfo[] by = [.. Snapshot.Find(feature)!.Holds.Select(hold => new HoldInfo { Id = hold.Id, Features = [feature], Holder = hold.Holder, Reason = hold.Reason, State = "active", Since = hold.Since })];
        var problem = new Problem
        {
            Type = by.Length > 0 ? "urn:flags:problem:held" : "urn:flags:problem:disabled",
            Title = "FakeFlags",
            Status = 423,
            Detail = by.Length > 0 ? $"{by[0].Holder} holds \"{feature}\" ({by[0].Reason})." : $"The gates of \"{feature}\" are closed for this job.",
            Next = "Open it with FakeFlags.",
            Reason = by.Length > 0 ? "held" : "disabled",
            Holds = by,
            InFlight = Inside(feature).Count,
        };
        return Json(HttpStatusCode.Locked, Bytes(problem, FlagsJson.Relaxed.Problem), "application/problem+json");
    }

    private HttpResponseMessage Renew(byte[] body)
    {
        RenewLeases renew = Read(body, FlagsJson.Relaxed.RenewLeases);
        RenewedLease[] answers = [.. renew.Leases.Select(lease => new RenewedLease(lease.Id, leases.ContainsKey(lease.Id) ? "renewed" : "unknown", Ttl, false, false))];
        return Json(HttpStatusCode.OK, Bytes(new RenewedLeases(answers), FlagsJson.Relaxed.RenewedLeases), "application/json");
    }

    private HttpResponseMessage Leave(Guid id)
    {
        leases.TryRemove(id, out _);
        Snapshot.Signal();
        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage Hold(Guid id, byte[] body)
    {
        PlaceHold place = Read(body, FlagsJson.Relaxed.PlaceHold);
        PlacedHold placed = holds.GetOrAdd(id, _ => new PlacedHold(id, Interlocked.Increment(ref token), place.Features, Now.AddSeconds(Ttl), Ttl, place.Features.Sum(feature => Inside(feature).Count), []));
        foreach (string feature in place.Features)
            flags.Hold(feature, id, place.Holder ?? "a deploy", place.Reason);
        return Json(HttpStatusCode.Created, Bytes(placed, FlagsJson.Relaxed.PlacedHold), "application/json");
    }

    private HttpResponseMessage Extend(Guid id) => holds.ContainsKey(id)
        ? Json(HttpStatusCode.OK, Bytes(new ExtendedHold(Ttl), FlagsJson.Relaxed.ExtendedHold), "application/json")
        : Problem(410, "The hold has ended.", "Place a new one.");

    private async Task<HttpResponseMessage> DrainAsync(Guid id, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!holds.TryGetValue(id, out PlacedHold? hold))
            return Problem(410, "The hold has ended.", "Place a new one.");
        if (await UntilAsync(() => hold.Features.All(feature => Inside(feature).Count == 0), wait, cancellationToken).ConfigureAwait(false))
            return Json(HttpStatusCode.OK, Bytes(new DrainedHold(Now, hold.Token, hold.InFlight, 0), FlagsJson.Relaxed.DrainedHold), "application/json");
        LeaseInfo[] inside = [.. leases.Where(lease => hold.Features.Contains(lease.Value.Feature)).Select(lease => new LeaseInfo(lease.Key, lease.Value.Feature, lease.Value.Holder, null, Now, Ttl, true))];
        var problem = new Problem { Type = "urn:flags:problem:draining", Title = "FakeFlags", Status = 423, Detail = "Jobs are inside.", Next = "Let them leave.", Reason = "draining", Leases = inside, InFlight = inside.Length };
        return Json(HttpStatusCode.Locked, Bytes(problem, FlagsJson.Relaxed.Problem), "application/problem+json");
    }

    private HttpResponseMessage Release(Guid id)
    {
        if (holds.TryRemove(id, out PlacedHold? hold))
        {
            foreach (string feature in hold.Features)
                flags.Release(feature, id);
        }

        return new HttpResponseMessage(HttpStatusCode.NoContent);
    }

    private async Task<bool> UntilAsync(Func<bool> condition, TimeSpan wait, CancellationToken cancellationToken)
    {
        TimeProvider time = flags.Client.Options.TimeProvider;
        long started = time.GetTimestamp();
        while (true)
        {
            Task moved = Snapshot.Moved;
            if (condition())
                return true;
            TimeSpan left = wait - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return false;
            await moved.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private DateTimeOffset Now => flags.Client.Options.TimeProvider.GetUtcNow();

    private static T Read<T>(byte[] body, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(body, type) ?? throw new JsonException("null");

    private static byte[] Bytes<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);
}
