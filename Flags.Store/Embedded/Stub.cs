using Microsoft.Extensions.Logging;

namespace Flags.Store;

public sealed record EmbeddedPostgresOptions
{
    public required string DataDir { get; init; }
    public bool Durable { get; init; } = true;
    public bool Download { get; init; } = true;
}

public sealed class EmbeddedPostgresException(string message) : Exception(message);

public sealed class EmbeddedPostgres : IAsyncDisposable
{
    public string ConnectionString { get; } = "";

    public static Task<EmbeddedPostgres> StartAsync(EmbeddedPostgresOptions options, ILogger logger, CancellationToken cancellation) => throw new EmbeddedPostgresException("stub");

    public ValueTask DisposeAsync() => default;
}
