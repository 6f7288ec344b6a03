using System.Runtime.Versioning;

namespace Flags.Cli;

/// <summary>
/// The terminal, which belongs to one process group at a time. The command has a group of its own, so it is lent to it: at once where both its
/// input and output are the terminal, otherwise (it may be one part of a pipeline) when it asks, by being stopped for reading or setting it.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class Terminal
{
    private const int ReadWrite = 2;

    private static readonly int CloseOnExec = OperatingSystem.IsLinux() ? 0x80000 : 0x1000000;

    private readonly int descriptor;

    private Terminal(int descriptor) => this.descriptor = descriptor;

    /// <summary>Whether it should be the command's from the beginning.</summary>
    public static bool IsUsed => Native.IsTerminal(0) == 1 && Native.IsTerminal(1) == 1;

    /// <summary>Whether this process's group has it.</summary>
    public bool IsOurs => Native.ForegroundGroup(descriptor) == Native.OwnGroup();

    /// <summary>
    /// Whether somebody of this session, usually a shell, can let this process's group go on after Ctrl-Z: not when it was started by ssh, script or
    /// a container. Linux only; elsewhere true.
    /// </summary>
    /// <remarks>POSIX calls a group without such a parent orphaned, and no signal of the terminal stops it.</remarks>
    public static bool HasShell
    {
        get
        {
            const int Parent = 1, Group = 2, Session = 3;
            if (!OperatingSystem.IsLinux())
                return true;
            try
            {
                // The first one above that is not of this group.
                string[] own = Stat("self"), above = own;
                while (above[Group] == own[Group])
                    above = Stat(above[Parent]);
                return above[Session] == own[Session];
            }
            catch (Exception outOfSight) when (outOfSight is IOException or UnauthorizedAccessException)
            {
                // The parent is outside of this container, or nobody.
                return false;
            }
        }
    }

    /// <summary>Null without one.</summary>
    public static Terminal? Open()
    {
        int descriptor = Native.Open("/dev/tty", ReadWrite | CloseOnExec);
        if (descriptor < 0)
            return null;
        Signals.IgnoreTerminalOutput();
        return new Terminal(descriptor);
    }

    /// <summary>If it is ours to lend, or lent already.</summary>
    public bool Lend(int group) => Native.ForegroundGroup(descriptor) == group || (IsOurs && Native.SetForegroundGroup(descriptor, group) == 0);

    /// <summary>If that group has it.</summary>
    public void TakeBack(int group)
    {
        if (Native.ForegroundGroup(descriptor) == group)
            _ = Native.SetForegroundGroup(descriptor, Native.OwnGroup());
    }

    /// <summary>proc(5): "pid (name) state parent group session ..."; the name may have anything in it.</summary>
    private static string[] Stat(string process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }
}
