using System.Diagnostics;
using System.Globalization;

namespace Flags.Benchmarks;

/// <summary>This program once more as a process full of clients. Both read the machine's one monotonic clock, so times can be subtracted.</summary>
internal sealed class WatcherProcess(Process process) : IAsyncDisposable
{
    public static async Task<WatcherProcess> StartAsync(string what, Uri server, int clients)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (string argument in (string[])[typeof(WatcherProcess).Assembly.Location, "watch", what, server.ToString(), clients.ToString(CultureInfo.InvariantCulture)])
            info.ArgumentList.Add(argument);
        var started = new WatcherProcess(Process.Start(info)!);
        await started.SaysAsync("ready");
        return started;
    }

    /// <summary>Milliseconds from the call until each client saw what it did.</summary>
    public async Task<double[]> MeasureAsync(Func<Task> change)
    {
        await process.StandardInput.WriteLineAsync("arm");
        await process.StandardInput.FlushAsync();
        await SaysAsync("armed");
        long started = Stopwatch.GetTimestamp();
        await change();
        string line = await LineAsync();
        return [.. line.Split(' ').Select(at => Stopwatch.GetElapsedTime(started, long.Parse(at, CultureInfo.InvariantCulture)).TotalMilliseconds)];
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task SaysAsync(string word)
    {
        if (await LineAsync() is var said && said != word)
            throw new InvalidOperationException($"The watchers said {said} instead of {word}.");
    }

    private async Task<string> LineAsync() => await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The watchers ended.");
}
