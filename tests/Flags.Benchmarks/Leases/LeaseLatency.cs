using System.Diagnostics;
using Flags.Testing;

namespace Flags.Benchmarks;

/// <summary>How long a job and a deploy wait for each other, over REST, one connection each.</summary>
internal sealed class LeaseLatency(TestServer server, string feature, bool quick)
{
    private const int Jobs = 100;

    // Not all the same: the end of a hold starts all that wait at once, and they would leave at once too.
    private static TimeSpan Work => TimeSpan.FromMilliseconds(Random.Shared.Next(125, 375));

    private readonly string leases = $"/api/v1/features/{feature}/leases";
    private readonly string hold = $$"""{"features":["{{feature}}"],"reason":"v42","ttl":"30s"}""";
    private long lastSent, lastLeft;

    public async Task RunAsync()
    {
        Console.WriteLine("| ms | times | median | p99 | longest | aim |");
        Console.WriteLine("|---|---:|---:|---:|---:|---|");
        Times enters = new(), granted = new(), refused = new(), acknowledged = new(), sent = new(), left = new();
        await JobsAsync(enters, new Times(), () => Task.Delay(TimeSpan.FromSeconds(quick ? 2 : 15)));
        enters.Print($"enter, {Jobs} jobs of 125 to 375 ms", "");
        await JobsAsync(granted, refused, () => DeploysAsync(acknowledged, sent, left));
        granted.Print($"enter, {Jobs} jobs, deploys one after the other", "");
        acknowledged.Print($"hold acknowledged, {Jobs} jobs", FormattableString.Invariant($"longest enter ({Math.Max(granted.Longest, refused.Longest):0} ms) + 100"));
        sent.Print($"last leave sent → drained, {Jobs} jobs", "");
        left.Print($"last leave answered → drained, {Jobs} jobs", "50");
        foreach (int waiting in (int[])[1, 8, Jobs])
            await ReleasesAsync(waiting);
    }

    /// <summary>Jobs that enter, work, leave and begin again until the other is done; one that is refused waits, which is not measured here.</summary>
    private async Task JobsAsync(Times granted, Times refused, Func<Task> meanwhile)
    {
        using var over = new CancellationTokenSource();
        Task[] jobs = [.. Enumerable.Range(0, Jobs).Select(async _ =>
        {
            using RestConnection rest = Connect();
            await Task.Delay(Random.Shared.Next(250));
            while (!over.IsCancellationRequested)
                await JobAsync(rest, granted, refused);
        })];
        await meanwhile();
        await over.CancelAsync();
        await Task.WhenAll(jobs);
    }

    private async Task JobAsync(RestConnection rest, Times granted, Times refused)
    {
        var id = Guid.NewGuid();
        long since = Stopwatch.GetTimestamp();
        RestAnswer entered = await rest.SendAsync("PUT", $"{leases}/{id}");
        (entered.Status == 201 ? granted : refused).Add(since);
        if (entered.Status != 201)
            entered = await rest.SendAsync("PUT", $"{leases}/{id}?wait=50s");
        await Task.Delay(Work);
        Interlocked.Exchange(ref lastSent, Stopwatch.GetTimestamp());
        await rest.SendAsync(204, "DELETE", $"/api/v1/leases/{id}?token={entered.Token}");
        Interlocked.Exchange(ref lastLeft, Stopwatch.GetTimestamp());
    }

    private async Task DeploysAsync(Times acknowledged, Times sent, Times left)
    {
        using RestConnection rest = Connect();
        for (int i = quick ? 5 : 100; i > 0; i--)
        {
            // Until the jobs of the deploy before run again.
            await Task.Delay(Random.Shared.Next(100, 250));
            string path = $"/api/v1/holds/{Guid.NewGuid()}";
            long since = Stopwatch.GetTimestamp();
            await rest.SendAsync(201, "PUT", path, hold);
            acknowledged.Add(since);
            await rest.SendAsync(200, "GET", $"{path}/drained?wait=50s");
            sent.Add(Interlocked.Read(ref lastSent));
            left.Add(Interlocked.Read(ref lastLeft));
            await rest.SendAsync(204, "DELETE", path);
        }
    }

    private async Task ReleasesAsync(int waiting)
    {
        var started = new Times();
        using RestConnection deploy = Connect();
        RestConnection[] jobs = [.. Enumerable.Range(0, waiting).Select(_ => Connect())];
        for (int i = (quick ? 10 : 200) / Math.Min(waiting, 10); i > 0; i--)
        {
            string path = $"/api/v1/holds/{Guid.NewGuid()}";
            await deploy.SendAsync(201, "PUT", path, hold);
            long released = 0;
            Task[] enters = [.. jobs.Select(async rest =>
            {
                var id = Guid.NewGuid();
                string token = await rest.SendAsync(201, "PUT", $"{leases}/{id}?wait=50s");
                started.Add(Interlocked.Read(ref released));
                await rest.SendAsync(204, "DELETE", $"/api/v1/leases/{id}?token={token}");
            })];
            await Eventually.TrueAsync(() => server.SqlAsync<bool>($"select count(*) = {waiting} from flags.waiters"), "all wait");
            await Task.Delay(Random.Shared.Next(50));
            Interlocked.Exchange(ref released, Stopwatch.GetTimestamp());
            await deploy.SendAsync(204, "DELETE", path);
            await Task.WhenAll(enters);
        }

        started.Print($"release sent → waiting job started, {waiting} waiting", "50");
        Array.ForEach(jobs, job => job.Dispose());
    }

    private RestConnection Connect() => new(server.Address, TestServer.AdminKey);
}
