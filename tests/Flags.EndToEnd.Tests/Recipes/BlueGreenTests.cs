using System.Net;
using System.Text.Json;
using Flags.Testing;

namespace Flags.EndToEnd.Tests;

/// <summary>docs/recipes/workers: worker.cs, deployed by blue-green.sh, with processes in the place of containers.</summary>
public sealed class BlueGreenTests(RunningSystem system)
{
    private const string Health = "flags health --file \"$FLAGS_READY_FILE\" --max-age 20s";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task The_new_version_takes_jobs_before_the_old_one_stops_and_every_job_is_done_once()
    {
        string folder = Directory.CreateDirectory(Path.Combine(system.Folder, "blue-green")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "queue"));
        Directory.CreateDirectory(Path.Combine(folder, "done"));
        await system.OpenAsync("mails");
        Dictionary<string, string> environment = await EnvironmentAsync(folder);

        await using var remains = new Remains(folder);
        await using RunningProcess up = RunningProcess.Bash("VERSION=v1 docker compose up -d worker-blue; flags workers ready --role mailer --version v1 --min 1 --wait 60s", folder, environment);
        Assert.True(await up.ExitAsync(Patience) == 0, up.Output);
        using var stop = new CancellationTokenSource();
        Task<IReadOnlyList<string>> watch = WatchAsync(folder, stop.Token);
        Task<int> queue = QueueAsync(folder, stop.Token);
        int jobs;
        IReadOnlyList<string> seen;
        try
        {
            await DeployAsync(folder, environment);
        }
        finally
        {
            await stop.CancelAsync();
            (jobs, seen) = (await queue, await watch);
        }

        await DoneAsync(folder, "", jobs);
        await using RunningProcess down = RunningProcess.Bash("docker compose stop --timeout 30 worker-green; cat worker-blue.log worker-green.log >&2", folder, environment);
        Assert.Equal(0, await down.ExitAsync(Patience));
        Assert.True(Done(folder).Select(job => job.Split(' ')[0]).Order().SequenceEqual(Enumerable.Range(1, jobs).Select(n => $"{n:0000}")), $"{jobs} jobs, done: {string.Join(", ", Done(folder))}\n{down.Output}");
        Assert.Empty(seen);
        Assert.DoesNotContain("killed", down.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "worker-green.ready")), "the ready file outlived its worker");
    }

    private static string Script => Path.Combine(Readme.Root, "docs", "recipes", "workers", "blue-green.sh");

    private static async Task DeployAsync(string folder, Dictionary<string, string> environment)
    {
        await DoneAsync(folder, "v1", 3);
        // It cannot boot: the old version has not heard of it.
        await using (RunningProcess broken = RunningProcess.Bash($"BOOT=2s {Script} broken worker-green worker-blue", folder, environment))
            Assert.True(await broken.ExitAsync(Patience) == 75, broken.Output);
        await using RunningProcess deploy = RunningProcess.Bash($"{Script} v2 worker-green worker-blue", folder, environment);
        Assert.True(await deploy.ExitAsync(Patience) == 0, deploy.Output);
        await DoneAsync(folder, "v2", 3);
    }

    private static IEnumerable<string> Done(string folder) => Directory.EnumerateFiles(Path.Combine(folder, "done")).Select(file => Path.GetFileName(file));

    private static Task DoneAsync(string folder, string version, int count) =>
        Eventually.TrueAsync(() => Task.FromResult(Done(folder).Count(job => job.EndsWith(version, StringComparison.Ordinal)) >= count), $"{count} jobs done {version}");

    /// <summary>With a command in the place of Docker: a service is a process, and its health check is run by hand.</summary>
    private async Task<Dictionary<string, string>> EnvironmentAsync(string folder)
    {
        string bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        File.Move(system.Script("docker-in-place", $$"""
            service=${*: -1} # The last word.
            export FLAGS_READY_FILE=$PWD/$service.ready ASPNETCORE_URLS=http://127.0.0.1:0
            case "$2" in
              up)
                [ "$VERSION" != broken ] || exec sleep 0
                # Nothing is green before it is ready, and it boots for a second.
                {{Health}} 2> /dev/null && exit 1
                {{RecipeProgram.Command("worker")}} "$VERSION" "$PWD" > "$service.log" 2>&1 < /dev/null &
                echo $! > "$service.pid"
                ;;
              stop)
                [ -f "$service.pid" ] || exit 0
                pid=$(cat "$service.pid")
                kill -TERM "$pid"
                for i in $(seq 600); do kill -0 "$pid" 2> /dev/null || { rm "$service.pid"; exit 0; }; sleep 0.05; done
                echo killed >> "$service.log"; kill -KILL "$pid"; rm "$service.pid"
                ;;
            esac
            """), Path.Combine(bin, "docker"));
        Dictionary<string, string> environment = system.Environment(await system.MintAsync("worker", "lease", "hold", "read"));
        environment["PATH"] = $"{bin}:{environment["PATH"]}";
        return environment;
    }

    /// <summary>Moments at which nobody took jobs.</summary>
    private async Task<IReadOnlyList<string>> WatchAsync(string folder, CancellationToken stop)
    {
        var found = new List<string>();
        using HttpClient admin = system.Admin();
        for (; !stop.IsCancellationRequested; await Task.Delay(20, CancellationToken.None))
        {
            using HttpResponseMessage answer = await admin.GetAsync("/api/v1/workers?role=mailer", CancellationToken.None);
            // The database is slow for a moment: that says nothing of the workers.
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                continue;
            using JsonDocument workers = JsonDocument.Parse(await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(CancellationToken.None));
            if (!workers.RootElement.GetProperty("workers").EnumerateArray().Any(one => one.GetProperty("state").GetString() == "ready" && !one.GetProperty("lost").GetBoolean()))
                found.Add($"nobody is ready: {workers.RootElement}");
            if (!File.Exists(Path.Combine(folder, "worker-blue.ready")) && !File.Exists(Path.Combine(folder, "worker-green.ready")))
                found.Add("no ready file");
        }

        return found;
    }

    private static async Task<int> QueueAsync(string folder, CancellationToken stop)
    {
        int jobs = 0;
        for (; !stop.IsCancellationRequested; await Task.Delay(100, CancellationToken.None))
        {
            // However long the deploy takes, what is left at its end is done soon.
            if (Directory.EnumerateFiles(Path.Combine(folder, "queue")).Count() >= 10)
                continue;
            await File.WriteAllTextAsync(Path.Combine(folder, "job"), "mail", CancellationToken.None);
            File.Move(Path.Combine(folder, "job"), Path.Combine(folder, "queue", $"{++jobs:0000}"));
        }

        return jobs;
    }

    /// <summary>Workers that nobody has stopped, because the test failed before.</summary>
    private sealed class Remains(string folder) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using RunningProcess kill = RunningProcess.Bash("for file in *.pid; do [ ! -f \"$file\" ] || kill -KILL \"$(cat \"$file\")\"; done", folder, new Dictionary<string, string>());
            await kill.ExitAsync(Patience);
        }
    }
}
