namespace Flags.Cli;

/// <summary>What <c>flags</c> ends with; otherwise the command's own code. From sysexits.h, timeout(1) and env(1) where they have a word for it.</summary>
internal static class ExitCode
{
    public const int Ok = 0;

    /// <summary>A feature is off (<c>check</c>).</summary>
    public const int Off = 1;

    /// <summary>The server said no: nothing of that name, a conflict, a confirmation is missing.</summary>
    public const int Refused = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 64;

    /// <summary>The server gives no usable answer.</summary>
    public const int Unreachable = 69;

    /// <summary>Nothing was started, and trying again is safe.</summary>
    public const int NotStarted = 75;

    /// <summary>The key is wrong or may not do this.</summary>
    public const int KeyRefused = 77;

    /// <summary>Address, key or feature are not set up.</summary>
    public const int Configuration = 78;

    public const int LeaseLost = 121;

    public const int HoldLost = 122;

    /// <summary>The command ran longer than <c>--max-run</c> and was told to stop.</summary>
    public const int MaxRun = 124;

    public const int OwnFailure = 125;

    public const int CannotRun = 126;

    public const int NotFound = 127;

    /// <summary>The command ran longer than <c>--max-run</c> and had to be killed.</summary>
    public const int MaxRunKilled = 137;

    /// <summary>This process ends by that signal itself, as shells expect, once everything is given back.</summary>
    public static int OfSignal(int signal) => -signal;
}
