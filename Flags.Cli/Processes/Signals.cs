using System.Globalization;
using System.Runtime.Versioning;

namespace Flags.Cli;

/// <summary>The signals that are handled, by this machine's numbers.</summary>
internal static class Signals
{
    public const int Hup = 1, Int = 2, Quit = 3, Kill = 9, Pipe = 13, Term = 15, Ttin = 21, Ttou = 22, Winch = 28;

    private const nint Default = 0, Ignored = 1;

    public static int Usr1 { get; } = OperatingSystem.IsLinux() ? 10 : 30;

    public static int Usr2 { get; } = OperatingSystem.IsLinux() ? 12 : 31;

    public static int Cont { get; } = OperatingSystem.IsLinux() ? 18 : 19;

    public static int Tstp { get; } = OperatingSystem.IsLinux() ? 20 : 18;

    public static string Name(int signal) => signal switch
    {
        Hup => "SIGHUP",
        Int => "SIGINT",
        Quit => "SIGQUIT",
        Kill => "SIGKILL",
        Term => "SIGTERM",
        Pipe => "SIGPIPE",
        _ => $"signal {signal}",
    };

    /// <summary>Ends this process by a signal, so that whoever started it sees how the command ended. Returns, with the usual number, only where that is impossible: as process 1.</summary>
    public static int DieBy(int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            Native.LeaveNoCore();
            _ = Native.SetHandler(signal, Default);
            _ = Native.Kill(Environment.ProcessId, signal);
        }

        return 128 + signal;
    }

    /// <summary>Stops this process, or with 0 its group, until somebody lets it go on; by a signal that nobody here handles.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void Stop(int process) => _ = Native.Kill(process, Ttin);

    /// <summary>Whether it was ignored before this process began, as nohup and background jobs of scripts do: then it stays so, here and in the command.</summary>
    public static bool WasIgnored(int signal) => (StartMask.Value & (1UL << (signal - 1))) != 0;

    /// <summary>Without it, a process in the background that takes the terminal back is stopped.</summary>
    [UnsupportedOSPlatform("windows")]
    public static void IgnoreTerminalOutput() => _ = Native.SetHandler(Ttou, Ignored);

    private static readonly Lazy<ulong> StartMask = new(ReadMask);

    private static ulong ReadMask()
    {
        const string Line = "SigIgn:";
        try
        {
            string? found = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal)) : null;
            return found is null ? 0 : ulong.Parse(found[Line.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
