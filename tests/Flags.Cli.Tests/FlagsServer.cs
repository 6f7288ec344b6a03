using Flags.Client;
using Flags.Core;
using Flags.Testing;

[assembly: AssemblyFixture(typeof(Flags.Cli.Tests.FlagsServer))]
// They wait for clocks and processes.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]

namespace Flags.Cli.Tests;

/// <summary>One real server for all tests, a key, a folder; each test takes its own feature.</summary>
public sealed class FlagsServer : IAsyncLifetime
{
    private TestServer? server;

    public string Url => Server.Address.ToString().TrimEnd('/');

    /// <summary>The typed client with the bootstrap key.</summary>
    public IFlagsApi Api { get; private set; } = null!;

    public string Folder { get; } = Directory.CreateTempSubdirectory("flags-cli-").FullName;

    private TestServer Server => server ?? throw new InvalidOperationException("The server is not started.");

    public async ValueTask InitializeAsync()
    {
        // All tests begin at once, and the server must not wait for the pool to grow.
        ThreadPool.SetMinThreads(32, 32);
        server = await TestServer.StartAsync();
        Api = new FlagsApi(server.Http);
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    public async Task<string> KeyAsync(string permissions) => (await Server.MintAsync(permissions)).Key;

    /// <summary>A feature that is on, named after who asks.</summary>
    public async Task<string> FeatureAsync(bool enabled = true, bool isProtected = false, int? limit = null, [System.Runtime.CompilerServices.CallerMemberName] string test = "")
    {
        string name = $"{test}_{Guid.NewGuid():N}";
        await Api.CreateFeatureAsync(new CreateFeature { Name = name, Enabled = enabled, Protected = isProtected, Limit = limit });
        return name;
    }

    /// <summary>A path that nobody has used.</summary>
    public string NewPath(string name = "file") => Path.Combine(Folder, $"{name}-{Guid.NewGuid():N}");

    public async Task<IReadOnlyList<LeaseInfo>> InsideAsync(string feature) => (await Api.ListLeasesAsync(feature)).Leases;

    /// <summary>Asks less often than <see cref="Eventually"/> does: every question costs the server something, and many tests ask.</summary>
    public static Task UntilAsync(Func<Task<bool>> condition, string what) => Eventually.TrueAsync(async () =>
    {
        bool done = await condition();
        if (!done)
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        return done;
    }, what);

    public Task IsInsideAsync(string feature, int count = 1) => UntilAsync(async () => (await InsideAsync(feature)).Count == count, $"{count} inside {feature}");

    public Task WaitsAsync(string feature, int count = 1) => UntilAsync(async () => (await Api.ListLeasesAsync(feature)).Waiting.Count == count, $"{count} wait for {feature}");

    /// <summary>The live holds.</summary>
    public async Task<IReadOnlyList<HoldInfo>> HoldsAsync(string feature) => (await Api.ListHoldsAsync(new HoldQuery { Feature = feature, Active = true })).Holds;

    public async Task<PlacedHold> HoldAsync(string feature, bool exclusive = false) =>
        await Api.PlaceHoldAsync(Guid.NewGuid(), new PlaceHold { Features = [feature], Reason = "somebody's release", Holder = "another deploy", Exclusive = exclusive ? true : null });

    /// <summary>The command with the bootstrap key.</summary>
    internal RunningFlags Run(params string[] arguments) => Run(new Dictionary<string, string?>(), arguments);

    /// <summary>The same with variables of its own; null takes one out.</summary>
    internal RunningFlags Run(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var all = new Dictionary<string, string?>
        {
            ["FLAGS_URL"] = Url,
            ["FLAGS_API_KEY"] = TestServer.AdminKey,
            ["FLAGS_API_KEY_FILE"] = null,
            ["XDG_CONFIG_HOME"] = Path.Combine(Folder, "config"),
            ["TMPDIR"] = Folder,
            // The machine may be busy with other tests.
            ["FLAGS_TIMEOUT"] = "20s",
            ["FLAGS_LEASE_ID"] = null,
            ["FLAGS_HOLD_ID"] = null,
            // Of a long run of the tests; none of the command's.
            ["FLAGS_LONG"] = null,
        };
        foreach ((string name, string? value) in environment)
            all[name] = value;
        return RunningFlags.Start(RunningFlags.Program, arguments, all, Folder);
    }

    /// <summary>It, started by something else: the first argument.</summary>
    internal RunningFlags Through(string program, params string[] arguments) => RunningFlags.Start(program, arguments, new Dictionary<string, string?>
    {
        ["FLAGS_URL"] = Url,
        ["FLAGS_API_KEY"] = TestServer.AdminKey,
        ["XDG_CONFIG_HOME"] = Path.Combine(Folder, "config"),
        ["TMPDIR"] = Folder,
        ["FLAGS_TIMEOUT"] = "20s",
        ["TERM"] = "xterm",
        ["NO_COLOR"] = null,
        ["PATH"] = $"{Path.GetDirectoryName(RunningFlags.Program)}:{Environment.GetEnvironmentVariable("PATH")}",
    }, Folder);
}
