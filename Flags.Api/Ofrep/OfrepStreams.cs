using System.Globalization;
using System.Text;
using Flags.Store;

namespace Flags.Api;

/// <summary>
/// The event stream of OFREP: it tells web providers to ask again, and carries no feature. A browser that gets a 5xx, 429 or 204 when it reconnects
/// never comes again, so whoever has a token that was once good is accepted, with or without a database.
/// </summary>
internal sealed class OfrepStreams(ChangeFeed feed, KeyRing keys, TimeProvider time, IHostApplicationLifetime lifetime)
{
    private static readonly TimeSpan CommentEvery = TimeSpan.FromSeconds(10), AskAgain = TimeSpan.FromSeconds(1);

    private static readonly byte[] Comment = ":\n\n"u8.ToArray(), First = "retry: 2000\n\n"u8.ToArray();

    private int open;

    /// <summary>With more streams than this, all of them would ask again at the same moment: then each waits for up to <see cref="Spread"/>.</summary>
    public int Many { get; set; } = 2_000;

    public TimeSpan Spread { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Changes within it are one event; tests set more.</summary>
    public TimeSpan Together { get; set; } = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(HttpContext context, OfrepTarget target)
    {
        string token = RackQuery.OfRead(target.Query).Find("token", RackShape.Scalar)?[^1].Text ?? "";
        StreamTokenState state = await keys.AskStreamAsync(token);
        if (state == StreamTokenState.Malformed)
        {
            await OfrepAnswer.RefuseAsync(context, 401, "The stream's address comes from eventStreams in a bulk evaluation.");
            return;
        }

        if (state == StreamTokenState.Gone)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        Interlocked.Increment(ref open);
        try
        {
            await FollowAsync(context, token, ends.Token);
        }
        catch (OperationCanceledException) when (ends.IsCancellationRequested)
        {
            // The page was closed, or the server stops.
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }

    private async Task FollowAsync(HttpContext context, string token, CancellationToken ends)
    {
        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Accel-Buffering"] = "no";
        await WriteAsync(response, First, ends);
        while (await keys.AskStreamAsync(token) == StreamTokenState.Unknown)
        {
            await Task.Delay(AskAgain, ends);
            await WriteAsync(response, Comment, ends);
        }

        Task<ChangeStep> first = feed.NewestAsync(ends);
        if (!await ComesAsync(response, first, token, ends))
            return;
        ChangeStep? step = await first;
        // Also after a reconnect: providers do not ask again by themselves then, and something may have changed meanwhile.
        if (context.Request.Headers["Last-Event-ID"].ToString() != Id(step))
            await WriteAsync(response, Event(step), ends);
        while (step is not null)
            step = await NextAsync(response, step, token, ends);
    }

    /// <summary>Waits for the next change, writes it if this key can see it, and answers the step it led to; null when the key is no good any more.</summary>
    private async Task<ChangeStep?> NextAsync(HttpResponse response, ChangeStep step, string token, CancellationToken ends)
    {
        // One wait a step: each would stay registered with it until the change comes.
        Task<ChangeStep> next = step.NextAsync(ends);
        if (!await ComesAsync(response, next, token, ends) || keys.FindStream(token) is not { } caller)
            return null;
        ChangeStep newest = await next;
        bool seen = IsSeen(newest, caller.Pattern);
        await Task.Delay(Volatile.Read(ref open) > Many ? Together + Spread * Random.Shared.NextDouble() : Together, time, ends);
        for (Task<ChangeStep> later = newest.NextAsync(ends); later.IsCompletedSuccessfully; later = newest.NextAsync(ends))
        {
            newest = await later;
            seen |= IsSeen(newest, caller.Pattern);
        }

        if (seen)
            await WriteAsync(response, Event(newest), ends);
        return newest;
    }

    /// <summary>Waits, with comments meanwhile: proxies end what is silent. False when the key is no good any more.</summary>
    private async Task<bool> ComesAsync(HttpResponse response, Task<ChangeStep> awaited, string token, CancellationToken ends)
    {
        while (true)
        {
            await ((Task)awaited.WaitAsync(CommentEvery, ends)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ends.ThrowIfCancellationRequested();
            if (awaited.IsCompleted)
                return true;
            if (keys.FindStream(token) is null)
                return false;
            await WriteAsync(response, Comment, ends);
        }
    }

    private static bool IsSeen(ChangeStep step, string? pattern) => step.Resync
        || step.Changed.Any(f => pattern is null || NamePattern.Matches(pattern, f.Feature.Name) || step.Set.IsReferred(f.Feature.Name, pattern));

    private static string Id(ChangeStep step) => string.Create(CultureInfo.InvariantCulture, $"{step.Set.Generation:x}:{step.Set.Version}");

    private byte[] Event(ChangeStep step)
    {
        string id = Id(step);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"id: {id}\nevent: message\ndata: {{\"type\":\"refetchEvaluation\",\"etag\":\"{id}\",\"lastModified\":{time.GetUtcNow().ToUnixTimeSeconds()}}}\n\n"));
    }

    private static async Task WriteAsync(HttpResponse response, byte[] bytes, CancellationToken ends)
    {
        await response.Body.WriteAsync(bytes, ends);
        await response.Body.FlushAsync(ends);
    }
}
