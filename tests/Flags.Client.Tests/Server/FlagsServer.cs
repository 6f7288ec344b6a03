using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Flags.Client.Tests.FlagsServer))]
// Most of them wait for a network that does not answer.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]

namespace Flags.Client.Tests;

/// <summary>One real server for all tests of the assembly; each test takes its own names.</summary>
public sealed class FlagsServer : IAsyncLifetime
{
    public const string AdminKey = TestServer.AdminKey;

    private TestServer? server;

    public string Url => Server.Address.ToString();

    /// <summary>The typed client with the bootstrap key.</summary>
    public IFlagsApi Api { get; private set; } = null!;

    private TestServer Server => server ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync()
    {
        server = await TestServer.StartAsync();
        Api = new FlagsApi(server.Http);
    }

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    public HttpClient Http(string key) => Server.Client(key);

    /// <summary>The typed client with a new key of these permissions, words separated by spaces.</summary>
    public async Task<IFlagsApi> ApiWithAsync(string permissions, string? pattern = null) => new FlagsApi(await Server.ClientAsync(permissions, pattern));

    public Task<MintedKey> MintAsync(string permissions) => Server.MintAsync(permissions);

    /// <summary>A client as an application makes it, with the bootstrap key unless told otherwise.</summary>
    public FlagsClient Client(Action<FlagsOptions>? configure = null, ILoggerFactory? logging = null) => FlagsClient.Create(options =>
    {
        options.Url = Url;
        options.ApiKey = AdminKey;
        // Calls are timed by the machine's clock: a slow answer is no outage.
        options.Timeout = Eventually.Deadline;
        configure?.Invoke(options);
    }, logging);
}
