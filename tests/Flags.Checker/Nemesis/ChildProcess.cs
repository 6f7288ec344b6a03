using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Flags.Checker;

/// <summary>A program beside this one's, in a process of its own that can be paused and killed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    public const int Kill = 9, Continue = 18, Stop = 19;

    private readonly Process process;

    private ChildProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasEnded => process.HasExited;

    /// <param name="program">The name of its dll, in the folder of this one's.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">What it is told besides.</param>
    /// <param name="line">Gets each line that it prints; null drops them.</param>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, Action<string>? line = null)
    {
        var info = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, ArgumentList = { Path.Combine(AppContext.BaseDirectory, program) } };
        foreach (string argument in arguments)
            info.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment)
            info.Environment[name] = value;
        var process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, said) =>
        {
            if (said.Data is not null)
                line?.Invoke(said.Data);
        };
        process.ErrorDataReceived += (_, said) =>
        {
            if (said.Data is not null)
                Console.Error.WriteLine($"{program} {process.Id}: {said.Data}");
        };
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new ChildProcess(process);
    }

    public void Signal(int signal) => Send(process.Id, signal);

    public static void Send(int process, int signal) => _ = kill(process, signal);

    /// <summary>At once, and until all that it printed is read.</summary>
    public async Task KillAsync()
    {
        Signal(Kill);
        await process.WaitForExitAsync();
    }

    /// <summary>Closes its input, which asks our own programs to end.</summary>
    public async Task EndAsync(TimeSpan within)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(within);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
