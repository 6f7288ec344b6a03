using System.Diagnostics;
using Flags.Client;
using Flags.Testing;

namespace Flags.Benchmarks;

/// <summary>The other process: many clients, each of which says when it saw a change. It is told to arm, and answers with timestamps.</summary>
internal static class Watchers
{
    public static async Task RunAsync(string what, Uri server, int count)
    {
        IReadOnlyList<IWatcher> watchers = what == "sdk" ? Sdk(server, count) : Bare(server, count);
        await Task.WhenAll(watchers.Select(watcher => watcher.ReadyAsync()));
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            await Task.WhenAll(watchers.Select(watcher => watcher.ArmAsync()));
            Task<long[]> seen = Task.WhenAll(watchers.Select(watcher => watcher.SeeAsync()));
            Console.WriteLine("armed");
            Console.WriteLine(string.Join(' ', await seen));
        }
    }

    private static IReadOnlyList<IWatcher> Sdk(Uri server, int count) => [.. Enumerable.Range(0, count).Select(_ => new SdkWatcher(server))];

    private static IReadOnlyList<IWatcher> Bare(Uri server, int count)
    {
        var http = new HttpClient { BaseAddress = server };
        return [.. Enumerable.Range(0, count).Select(_ => new BareWatcher(http))];
    }

    private interface IWatcher
    {
        Task ReadyAsync();

        /// <summary>Until the state before the change is here.</summary>
        Task ArmAsync();

        /// <returns>When the change was here.</returns>
        Task<long> SeeAsync();
    }

    private sealed class SdkWatcher(Uri server) : IWatcher
    {
        private readonly FlagsClient flags = FlagsClient.Create(options => (options.Url, options.ApiKey, options.ReportUsage) = (server.ToString(), TestServer.AdminKey, false));

        public Task ReadyAsync() => flags.WaitUntilReadyAsync(Timeout.InfiniteTimeSpan);

        public async Task ArmAsync()
        {
            while (flags.IsEnabled("jobs_processing"))
                await Task.Delay(1);
        }

        public async Task<long> SeeAsync()
        {
            await flags.WaitUntilEnabledAsync("jobs_processing", Timeout.InfiniteTimeSpan);
            return Stopwatch.GetTimestamp();
        }
    }

    /// <summary>Reads bytes; whatever comes is the event.</summary>
    private sealed class BareWatcher(HttpClient http) : IWatcher
    {
        private readonly byte[] buffer = new byte[4096];
        private Stream stream = Stream.Null;

        public async Task ReadyAsync()
        {
            stream = await http.GetStreamAsync("/stream");
            await SeeAsync();
        }

        public Task ArmAsync() => Task.CompletedTask;

        public async Task<long> SeeAsync()
        {
            int read = 0;
            while (!buffer.AsSpan(0, read).EndsWith("\n\n"u8))
                read += await stream.ReadAsync(buffer.AsMemory(read));
            return Stopwatch.GetTimestamp();
        }
    }
}
