using System.Runtime.InteropServices;
using System.Runtime.Versioning;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Flags.Cli;

/// <summary>What of libc the framework does not offer.</summary>
[UnsupportedOSPlatform("windows")]
internal static unsafe partial class Native
{
    public const int NoEntry = 2, Interrupted = 4, NotExecutable = 8, Untraced = 2;

    /// <summary>What the size of libc's own structures never exceeds.</summary>
    public const int OpaqueSize = 1024;

    private const int SetChildSubreaper = 36;

    [LibraryImport("libc", EntryPoint = "posix_spawnp")]
    public static partial int Spawn(out int pid, byte* file, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setpgroup")]
    public static partial int SetGroup(byte* attributes, int group);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SetDefaultSignals(byte* attributes, byte* set);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int AddDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    public static partial int EmptySet(byte* set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    public static partial int AddToSet(byte* set, int signal);

    [LibraryImport("libc", EntryPoint = "signal")]
    public static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitFor(int process, out int status, int options);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    public static partial int GroupOf(int process);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    public static partial int OwnGroup();

    [LibraryImport("libc", EntryPoint = "isatty")]
    public static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    public static partial int ForegroundGroup(int terminal);

    [LibraryImport("libc", EntryPoint = "tcsetpgrp")]
    public static partial int SetForegroundGroup(int terminal, int group);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int WindowSize(int descriptor, nuint request, ushort* size);

    /// <summary>Orphans of the command come to this process, so that it sees when the last one has ended. Linux only; elsewhere they go to init.</summary>
    public static void AdoptOrphans()
    {
        if (OperatingSystem.IsLinux())
            _ = Control(SetChildSubreaper, 1, 0, 0, 0);
    }

    /// <summary>The command has left a core already, if any.</summary>
    public static void LeaveNoCore()
    {
        const int Core = 4;
        ulong* none = stackalloc ulong[2] { 0, 0 };
        _ = SetLimit(Core, none);
    }

    /// <summary>Columns of the terminal behind stderr; 80 where it does not say.</summary>
    public static int Columns()
    {
        const int Stderr = 2, Usual = 80;
        const nuint GetWindowSize = 0x5413;
        ushort* size = stackalloc ushort[4];
        // Variadic: only Linux passes such arguments like those of other functions.
        return OperatingSystem.IsLinux() && WindowSize(Stderr, GetWindowSize, size) == 0 && size[1] > 0 ? size[1] : Usual;
    }
}
