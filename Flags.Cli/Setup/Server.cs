using Flags.Client;
using Microsoft.Extensions.Logging;

namespace Flags.Cli;

/// <summary>The connection to the server: single calls go to <see cref="Api"/> without the rest of the SDK being started.</summary>
internal sealed class Server(FlagsOptions options, ILogger logger) : IAsyncDisposable
{
    private readonly KeySource keys = new(options, logger);
    private HttpClient? http;
    private FlagsClient? client;

    public FlagsApi Api => field ??= new FlagsApi(Http, options.Timeout);

    /// <summary>For leases and holds. It does not follow the features: a job would load all of them to learn of one deploy, which each renewal says as well.</summary>
    public FlagsClient Client => client ??= new FlagsClient(Api, null, options, logger);

    private HttpClient Http => http ??= Connection.Create(options, keys);

    /// <summary>A client that follows the features.</summary>
    public FlagsClient Following() => client ??= new FlagsClient(Api, Http, options, logger, keys);

    public async ValueTask DisposeAsync()
    {
        if (client is not null)
            await client.DisposeAsync().ConfigureAwait(false);
        http?.Dispose();
    }
}
