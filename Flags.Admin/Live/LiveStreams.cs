using System.Text.Json;
using Flags.Store;
using Microsoft.AspNetCore.Http;

namespace Flags.Admin;

/// <summary>Open streams of <c>/admin/events</c>. An event only says what changed; the page refetches itself.</summary>
internal sealed class LiveStreams(ChangeFeed feed, FeatureCache cache, DeployFeed deploys, WorkerFeed workers, TimeProvider time)
{
    public const int Most = 1_000, MostPerPerson = 20;

    private const int CalmViewers = 50;

    // Claims notify nobody, and few people look at one.
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(10), Gap = TimeSpan.FromMilliseconds(250), Life = TimeSpan.FromMinutes(30), ClaimEvery = TimeSpan.FromSeconds(2);

    private static readonly Task<FeedStep<WorkersState>> Never = new TaskCompletionSource<FeedStep<WorkersState>>().Task;

    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);
    private int all;

    /// <summary>What a page shows, in a word: one that shows another word fetches itself again.</summary>
    public static string Seen(FeatureRead read, DeployState? state) =>
        $"{read.Set.Generation}:{read.Set.Version}{(read.Stale is null ? "" : ":stale")}{(DeployFeed.AnyHeld(read.Set) && state is not null ? $":{state.Seen}" : "")}";

    /// <summary>Takes a place; false when this process or this person has enough streams.</summary>
    public bool TryEnter(string person)
    {
        lock (open)
        {
            int mine = open.GetValueOrDefault(person);
            if (all >= Most || mine >= MostPerPerson)
                return false;
            open[person] = mine + 1;
            all++;
            return true;
        }
    }

    public void Leave(string person)
    {
        lock (open)
        {
            all--;
            if (--open[person] == 0)
                open.Remove(person);
        }
    }

    /// <summary>Writes events until the life of a stream is over or <paramref name="stillGood"/> says no; null is asked again.</summary>
    public async Task FollowAsync(HttpResponse response, LiveTopics topics, Func<Task<bool?>> stillGood, CancellationToken ends)
    {
        ChangeStep step = await feed.NewestAsync(ends);
        FeedStep<DeployState> deploy = deploys.Newest;
        FeedStep<WorkersState> crew = workers.Newest;
        using IDisposable look = deploys.Look(topics.WatchesJobs);
        using IDisposable? watch = topics.WatchesWorkers ? workers.Look() : null;
        // Not all at once half an hour after a restart.
        long closes = time.GetTimestamp() + (long)(Life.TotalSeconds * (0.8 + 0.4 * Random.Shared.NextDouble()) * time.TimestampFrequency);
        await WriteAsync(response, $"retry: 1000\nevent: hello\ndata: {{\"build\":{JsonSerializer.Serialize(Visit.Build)},{await NowAsync()}}}\n\n", ends);
        Task<ChangeStep> next = step.NextAsync(ends);
        Task<FeedStep<DeployState>> moved = deploy.NextAsync(ends);
        Task<FeedStep<WorkersState>> told = topics.WatchesWorkers ? crew.NextAsync(ends) : Never;
        Task again = topics.WatchesClaim ? Task.Delay(ClaimEvery, time, ends) : Never;
        // Since the last word to this page: what only others are told does not count.
        Task quiet = Task.Delay(PingEvery, time, ends);
        bool sure = true;
        while (time.GetTimestamp() < closes)
        {
            await Task.WhenAny(next, moved, told, again, quiet);
            var touched = new HashSet<string>();
            if (next.IsCompleted)
            {
                ChangeStep last = step;
                step = await next;
                next = step.NextAsync(ends);
                sure &= step.AuthVersion == last.AuthVersion;
                touched.UnionWith(topics.Between(last, step));
            }

            if (!sure)
            {
                bool? good = await stillGood();
                if (good is false)
                    return;
                sure = good is true;
            }

            if (moved.IsCompleted)
            {
                FeedStep<DeployState> last = deploy;
                deploy = await moved;
                moved = deploy.NextAsync(ends);
                touched.UnionWith(topics.Between(last.State, deploy.State));
            }

            if (told.IsCompleted)
            {
                crew = await told;
                told = crew.NextAsync(ends);
                touched.Add(LiveTopics.Workers);
            }

            if (again.IsCompleted)
            {
                await again;
                again = Task.Delay(ClaimEvery, time, ends);
                touched.Add(LiveTopics.Claim);
            }

            if (touched.Count > 0)
                await ChangeAsync(response, touched, ends);
            else if (quiet.IsCompleted)
                await WriteAsync(response, $"event: ping\ndata: {{{await NowAsync()}}}\n\n", ends);
            else
                continue;
            quiet = Task.Delay(PingEvery, time, ends);
        }
    }

    private async Task ChangeAsync(HttpResponse response, IReadOnlyCollection<string> touched, CancellationToken ends)
    {
        // Many viewers refetch over a while instead of together.
        int spread = all <= CalmViewers ? 0 : Math.Min(2_000, (all - CalmViewers) * 4);
        await WriteAsync(response, $"event: change\ndata: {{\"topics\":[{string.Join(',', touched.Select(t => $"\"{t}\""))}],\"spread\":{spread}}}\n\n", ends);
        // Steps of the next moment are told together.
        await Task.Delay(Gap, time, ends);
    }

    private async Task<string> NowAsync() =>
        $"\"now\":\"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ}\",\"seen\":\"{Seen(await cache.ReadAsync(), deploys.Newest.State)}\"";

    private static async Task WriteAsync(HttpResponse response, string frame, CancellationToken ends)
    {
        await response.WriteAsync(frame, ends);
        await response.Body.FlushAsync(ends);
    }
}
