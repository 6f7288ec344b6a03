using System.Collections.Concurrent;
using Flags.Testing;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flags.Admin.Tests;

/// <summary>What EF logs of a server's work: its units (contexts) and its statements.</summary>
internal sealed class EfLog : ILoggerProvider, ILogger
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Infrastructure"] = "Debug",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Information",
    };

    private readonly ConcurrentQueue<string> statements = new();
    private int made, ended;

    /// <summary>Units of work since the start.</summary>
    public int Units => Volatile.Read(ref made);

    /// <summary>Units that live now.</summary>
    public int OpenUnits => Units - Volatile.Read(ref ended);

    /// <summary>Executed statements, in order.</summary>
    public IReadOnlyCollection<string> Statements => statements;

    /// <summary>A server whose EF logs here.</summary>
    public Task<TestServer> StartAsync() => TestServer.StartAsync(settings: Settings, configure: services => services.AddSingleton<ILoggerProvider>(this));

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId == CoreEventId.ContextInitialized)
            Interlocked.Increment(ref made);
        else if (eventId == CoreEventId.ContextDisposed)
            Interlocked.Increment(ref ended);
        else if (eventId == RelationalEventId.CommandExecuted)
            statements.Enqueue(formatter(state, exception));
    }

    public void Dispose()
    {
    }
}
