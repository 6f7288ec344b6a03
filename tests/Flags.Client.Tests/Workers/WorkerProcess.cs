using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>The sample worker as a process of its own, with what it printed so far.</summary>
internal sealed class WorkerProcess : IDisposable
{
    public const int Term = 15, Cont = 18;

    private const int Stop = 19;

    private readonly Process process;
    private readonly StringBuilder output = new();

    private WorkerProcess(ProcessStartInfo start)
    {
        process = new Process { StartInfo = start };
        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
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

    public static WorkerProcess Start(FlagsServer server, params string[] arguments) => Start(server, new Dictionary<string, string?>(), arguments);

    public static WorkerProcess Start(FlagsServer server, IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        // Its own output folder: what a console program finds beside itself, a test with the web framework does not copy.
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory.Replace("Flags.Client.Tests", "Flags.SampleWorker", StringComparison.Ordinal), "Flags.SampleWorker.dll"));
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        (start.Environment["FLAGS_URL"], start.Environment["FLAGS_API_KEY"], start.Environment["FLAGS_TIMEOUT"]) = (server.Url, FlagsServer.AdminKey, "30s");
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;
        return new WorkerProcess(start);
    }

    public Task SaysAsync(string text) => Eventually.TrueAsync(async () =>
    {
        if (Output.Contains(text, StringComparison.Ordinal))
            return true;
        if (!HasExited)
            return false;
        await ExitAsync();
        return Output.Contains(text, StringComparison.Ordinal) ? true : throw new InvalidOperationException($"It ended without \"{text}\":\n{Output}");
    }, $"it says \"{text}\"");

    /// <summary>Ends its input, and with that the job of one that is told.</summary>
    public void Finish() => process.StandardInput.Close();

    public void Signal(int signal) => Assert.Equal(0, KillProcess(process.Id, signal));

    /// <summary>Stops it until <see cref="Cont"/>: nothing of it runs when this is done.</summary>
    public Task PauseAsync()
    {
        Signal(Stop);
        return Paused.AllOfItAsync(process.Id);
    }

    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    /// <summary>Its exit code, once everything that it printed was read.</summary>
    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            Kill();
        process.Dispose();
    }

    private void Read(object sender, DataReceivedEventArgs line)
    {
        lock (output)
            output.AppendLine(line.Data);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillProcess(int process, int signal);
}
