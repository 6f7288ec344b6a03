using System.Globalization;
using System.Text;
using Flags.Store;
using Microsoft.AspNetCore.Http.Features;

namespace Flags.Api;

/// <summary>Open streams of <c>GET /api/v1/stream</c>: each follows the change feed at its own pace.</summary>
internal sealed class ChangeStreams(ChangeFeed feed, KeyRing keys, FeatureCache cache, TakeoverWishes wishes, TimeProvider time)
{
    /// <summary>More streams than this in one process are told to try elsewhere; tests set fewer.</summary>
    public int Most { get; set; } = 5_000;

    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(8);
    private static readonly byte[] Ping = "event: ping\ndata: {}\n\n"u8.ToArray();

    private int open;

    public async Task RunAsync(HttpContext context, CancellationToken ends)
    {
        if (Interlocked.Increment(ref open) > Most)
        {
            Interlocked.Decrement(ref open);
            await ProblemResult.Of(Problems.Of("too-many-streams", 503, "Too many streams", $"This server has {Most} open streams.", "Poll GET /api/v1/snapshot with If-None-Match, or try again.") with { RetryAfterSeconds = 10 }).ExecuteAsync(context);
            return;
        }

        try
        {
            wishes.Follow();
            await FollowAsync(context, ends);
        }
        finally
        {
            wishes.Unfollow();
            Interlocked.Decrement(ref open);
        }
    }

    private async Task FollowAsync(HttpContext context, CancellationToken ends)
    {
        CallerFeature who = context.Features.GetRequiredFeature<CallerFeature>();
        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        ChangeStep? seen = Seen(context.Request);
        ChangeStep step = seen ?? await feed.NewestAsync(ends);
        // Taken before anything is written: who has read the first event is told of whatever happens after it.
        Task<ChangeStep> next = step.NextAsync(ends);
        Task<Wish> wish = wishes.NextAsync(ends);
        await WriteAsync(response, seen is null ? ChangeFrames.Resync(step) : Ping, ends);
        Task ping = Task.Delay(PingEvery, time, ends);
        while (true)
        {
            Task happened = await Task.WhenAny(next, wish, ping);
            if (happened == wish)
            {
                Wish asked = await wish;
                wish = asked.NextAsync(ends);
                if (TakeoverFrames.Of(asked, who.Caller.Pattern) is { } told)
                    await WriteAsync(response, told, ends);
                continue;
            }

            if (happened == ping)
            {
                await ping;
                // A key also ends by time, which moves no counter.
                if (!keys.StillGood(who.Caller, who.Key))
                    return;
                await WriteAsync(response, await PingAsync(), ends);
                ping = Task.Delay(PingEvery, time, ends);
                continue;
            }

            ChangeStep last = step;
            step = await next;
            next = step.NextAsync(ends);
            if (step.AuthVersion != last.AuthVersion && !keys.StillGood(who.Caller, who.Key))
                return;
            if (ChangeFrames.Of(step, who.Caller.Pattern) is { } frame)
                await WriteAsync(response, frame, ends);
        }
    }

    /// <summary>A ping says that what was sent is current, or for how long nobody could tell: one query for all streams that ping meanwhile.</summary>
    private async ValueTask<byte[]> PingAsync() =>
        (await cache.ReadAsync()).Stale is { } stale ? Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"event: ping\ndata: {{\"staleSeconds\":{stale.TotalSeconds:0.###}}}\n\n")) : Ping;

    private ChangeStep? Seen(HttpRequest request)
    {
        string[] parts = request.Headers["Last-Event-ID"].ToString().Split(':');
        return parts.Length == 2 && long.TryParse(parts[0], out long generation) && long.TryParse(parts[1], out long version) ? feed.Find(generation, version) : null;
    }

    private static async Task WriteAsync(HttpResponse response, byte[] frame, CancellationToken ends)
    {
        await response.Body.WriteAsync(frame, ends);
        await response.Body.FlushAsync(ends);
    }
}
