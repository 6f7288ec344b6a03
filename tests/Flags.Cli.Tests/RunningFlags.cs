using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Flags.Cli.Tests;

/// <summary>The command as a process of its own, with what it printed so far.</summary>
internal sealed class RunningFlags : IAsyncDisposable
{
    public const int Hup = 1, Int = 2, Quit = 3, Kill = 9, Usr1 = 10, Usr2 = 12, Term = 15, Cont = 18, Stop = 19;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process process;
    private readonly StringBuilder output = new(), error = new();
    private readonly Task reading;

    private RunningFlags(Process process)
    {
        this.process = process;
        process.Start();
        reading = Task.WhenAll(OnThread(process.StandardOutput, output), OnThread(process.StandardError, error));
    }

    /// <summary>The built program.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory.Replace(Path.Combine("tests", "Flags.Cli.Tests"), "Flags.Cli", StringComparison.Ordinal), "flags");

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Output => Text(output);

    public string Error => Text(error);

    public static RunningFlags Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment, string folder)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder };
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        foreach ((string name, string? value) in environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        return new RunningFlags(new Process { StartInfo = start });
    }

    public void Signal(int signal) => Assert.Equal(0, SendSignal(process.Id, signal));

    public static int SendSignal(int process, int signal) => KillProcess(process, signal);

    public async Task TypeAsync(string text, bool close = false)
    {
        await process.StandardInput.WriteAsync(text);
        await process.StandardInput.FlushAsync();
        if (close)
            process.StandardInput.Close();
    }

    /// <summary>Its exit code; 128 and the signal that ended it.</summary>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(process.HasExited, $"still runs after {Patience.TotalSeconds} s:\n{Output}{Error}");
        return process.ExitCode;
    }

    /// <summary>Ended with that code, and everything it printed was read.</summary>
    public async Task<RunningFlags> EndsAsync(int code)
    {
        int ended = await ExitAsync();
        await reading.WaitAsync(Patience);
        Assert.True(ended == code, $"ended with {ended} instead of {code}:\n{Output}{Error}");
        return this;
    }

    public Task SaysAsync(string text) => SaysAsync(new Regex(Regex.Escape(text)));

    public async Task SaysAsync(Regex text)
    {
        var waited = Stopwatch.StartNew();
        while (!text.IsMatch(Output + Error))
        {
            Assert.True(waited.Elapsed < Patience && !(HasExited && reading.IsCompleted && !text.IsMatch(Output + Error)), $"did not say \"{text}\":\n{Output}{Error}");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    // Reading a pipe blocks a thread, also asynchronously, and the server of the tests needs those of the pool.
    private static Task OnThread(StreamReader reader, StringBuilder into) =>
        Task.Factory.StartNew(() => Read(reader, into), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Read(StreamReader reader, StringBuilder into)
    {
        var buffer = new char[4096];
        for (int read; (read = reader.Read(buffer)) > 0;)
        {
            lock (into)
                into.Append(buffer, 0, read);
        }
    }

    private static string Text(StringBuilder from)
    {
        lock (from)
            return from.ToString();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillProcess(int process, int signal);
}
