using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Flags.Checker;

/// <summary>A program beside this one's, in a process of its own that can be paused and killed.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    public const int Kill = 9, Continue = 18, Stop = 19;

    private readonly Process process;
    private readonly Task reading;
    private volatile bool killed;

    private ChildProcess(Process process, Action<string>? line)
    {
        this.process = process;
        reading = ReadAsync(line);
    }

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
        process.ErrorDataReceived += (_, said) =>
        {
            if (said.Data is not null)
                Console.Error.WriteLine($"{program} {process.Id}: {said.Data}");
        };
        process.Start();
        process.BeginErrorReadLine();
        return new ChildProcess(process, line);
    }

    public void Signal(int signal) => Send(process.Id, signal);

    public static void Send(int process, int signal) => _ = kill(process, signal);

    /// <summary>Whether a process is there, and has not only left its exit code; on Linux.</summary>
    public static bool Runs(int process)
    {
        try
        {
            // proc(5): "pid (name) state ..."; the name may have anything in it.
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[stat.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>At once, and until all that it printed is read.</summary>
    public async Task KillAsync()
    {
        await EndAtOnceAsync();
        await reading;
    }

    /// <summary>Closes its input, which asks our own programs to end.</summary>
    public async Task EndAsync(TimeSpan within)
    {
        process.StandardInput.Close();
        // First: what is wrong with a line is said at once.
        await reading.WaitAsync(within);
        await process.WaitForExitAsync().WaitAsync(within);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await EndAtOnceAsync();
        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Dispose();
    }

    private Task EndAtOnceAsync()
    {
        killed = true;
        Signal(Kill);
        return process.WaitForExitAsync();
    }

    /// <summary>Each line when it is complete. A last one that is not was being printed when the process was killed; of any other process it is a line.</summary>
    private async Task ReadAsync(Action<string>? line)
    {
        var begun = new StringBuilder();
        var buffer = new char[4096];
        for (int read; (read = await process.StandardOutput.ReadAsync(buffer)) > 0;)
        {
            for (int i = 0; i < read; i++)
            {
                if (buffer[i] != '\n')
                {
                    begun.Append(buffer[i]);
                    continue;
                }

                line?.Invoke(begun.ToString());
                begun.Clear();
            }
        }

        if (begun.Length > 0 && !killed)
            line?.Invoke(begun.ToString());
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
