using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Flags.Testing;

namespace Flags.EndToEnd.Tests;

/// <summary>A process of its own, with what it printed so far.</summary>
internal sealed class RunningProcess : IAsyncDisposable
{
    public const int Sigkill = 9, Sigterm = 15, Sigcont = 18;

    private const int Sigstop = 19;

    private readonly Process process;
    private readonly StringBuilder output = new();
    private int disposed;

    private RunningProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    public bool HasExited => process.HasExited;

    /// <summary>Runs a block of shell text with bash, in a folder, with an environment.</summary>
    public static RunningProcess Bash(string script, string folder, IReadOnlyDictionary<string, string> environment)
    {
        var info = new ProcessStartInfo("bash") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, ArgumentList = { "-c", script } };
        foreach ((string name, string value) in environment)
            info.Environment[name] = value;
        return new RunningProcess(new Process { StartInfo = info });
    }

    /// <summary>Waits until a text was printed.</summary>
    public async Task<string> SaysAsync(string text, TimeSpan within)
    {
        var waited = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.True(waited.Elapsed < within, $"did not say \"{text}\" within {within.TotalSeconds} s:\n{Output}");
            Task pause = Task.Delay(20);
            // Done when all that it printed is read as well.
            Task ended = HasExited ? process.WaitForExitAsync() : pause;
            await Task.WhenAny(ended, pause);
            Assert.False(ended != pause && ended.IsCompleted && !Output.Contains(text, StringComparison.Ordinal), $"ended without \"{text}\":\n{Output}");
        }

        return Output;
    }

    public async Task<int> ExitAsync(TimeSpan within)
    {
        await process.WaitForExitAsync().WaitAsync(within);
        return process.ExitCode;
    }

    /// <summary>To the process alone: with <c>exec</c> that is the program itself.</summary>
    public void Signal(int signal) => Assert.Equal(0, Kill(process.Id, signal));

    /// <summary>Stops it until <see cref="Sigcont"/>: nothing of it runs when this is done.</summary>
    public Task PauseAsync()
    {
        Signal(Sigstop);
        return Paused.AllOfItAsync(process.Id);
    }

    /// <summary>Asks the whole process group's leader and its children to stop, as a terminal or systemd would.</summary>
    public async Task TerminateAsync(TimeSpan within)
    {
        foreach (int child in Children(process.Id))
            _ = Kill(child, Sigterm);
        _ = Kill(process.Id, Sigterm);
        await ExitAsync(within);
    }

    /// <summary>Kills it with all its children, as rudely as possible; once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
            return;
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Whether a process is there, and has not only left its exit code.</summary>
    public static bool Runs(int process)
    {
        string stat = TryRead($"/proc/{process}/stat");
        return stat.Length > 0 && stat[stat.LastIndexOf(')') + 2] != 'Z';
    }

    private void Append(string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    /// <summary>All descendants, the deepest last.</summary>
    private static List<int> Children(int parent)
    {
        var found = new List<int>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(f => int.TryParse(Path.GetFileName(f), out _)))
        {
            string stat = File.Exists(Path.Combine(folder, "stat")) ? TryRead(Path.Combine(folder, "stat")) : "";
            string[] fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 1 && int.Parse(fields[1]) == parent)
                found.Add(int.Parse(Path.GetFileName(folder)));
        }

        return [.. found, .. found.SelectMany(Children)];
    }

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // The process ended while its folder was listed.
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
