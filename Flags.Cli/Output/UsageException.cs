namespace Flags.Cli;

/// <summary>The command line is wrong in a way that only the command itself sees.</summary>
internal sealed class UsageException(string message, string next) : Exception(message)
{
    /// <summary>What to type instead.</summary>
    public string Next { get; } = next;
}
