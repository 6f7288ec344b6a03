namespace Flags.Cli;

/// <summary>Address or key are missing or wrong.</summary>
internal sealed class SettingsException(string message, string next) : Exception(message)
{
    /// <summary>What to type next.</summary>
    public string Next { get; } = next;
}
