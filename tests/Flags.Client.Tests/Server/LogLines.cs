using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Flags.Client.Tests;

/// <summary>Everything that was logged, as text.</summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, EventId Id, string Text)> lines = new();

    public IReadOnlyList<(LogLevel Level, EventId Id, string Text)> All => [.. lines];

    public ILoggerFactory Factory() => LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        lines.Enqueue((logLevel, eventId, formatter(state, exception) + exception));

    public void Dispose()
    {
    }
}
