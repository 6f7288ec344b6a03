namespace Flags.Cli;

/// <summary>The command was not started.</summary>
/// <param name="error">Why, as the system says it.</param>
internal sealed class CannotStartException(int error) : Exception($"error {error}")
{
    private const int NoEntry = 2;

    public int Error => error;

    /// <summary>As env(1) and shells say it: 127 when there is no such program, else 126.</summary>
    public int Code => error == NoEntry ? ExitCode.NotFound : ExitCode.CannotRun;
}
