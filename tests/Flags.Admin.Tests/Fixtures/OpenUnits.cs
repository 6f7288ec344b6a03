using Flags.Testing;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flags.Admin.Tests;

/// <summary>Counts units of work (EF's contexts) of a server by what EF logs.</summary>
internal sealed class OpenUnits : ILoggerProvider, ILogger
{
    private const string Category = "Microsoft.EntityFrameworkCore.Infrastructure";

    private int made, ended;

    /// <summary>Units of work since the start.</summary>
    public int Made => Volatile.Read(ref made);

    /// <summary>Those that live now.</summary>
    public int Open => Made - Volatile.Read(ref ended);

    /// <summary>A server that is counted.</summary>
    public Task<TestServer> StartAsync() => TestServer.StartAsync(
        settings: new Dictionary<string, string?> { ["Logging:LogLevel:" + Category] = "Debug" },
        configure: services => services.AddSingleton<ILoggerProvider>(this));

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
    }

    public void Dispose()
    {
    }
}
