using Microsoft.Extensions.Logging;

namespace Flags.Cli;

/// <summary>What the SDK warns of; the rest is said by the commands themselves.</summary>
internal sealed class ReporterLog(Reporter reporter) : ILogger
{
    /// <summary>A lease or hold is lost: the supervisor says what follows.</summary>
    private const int Lost = 130;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && eventId.Id != Lost)
            reporter.Warn("sdk", formatter(state, exception));
    }
}
