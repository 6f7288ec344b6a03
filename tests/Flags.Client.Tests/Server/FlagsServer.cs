using System.Net.Http.Headers;
using Flags.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

[assembly: AssemblyFixture(typeof(Flags.Client.Tests.FlagsServer))]

namespace Flags.Client.Tests;

/// <summary>A real server on a free port over a fresh database, for all tests of the assembly.</summary>
public sealed class FlagsServer : IAsyncLifetime
{
    public const string AdminKey = "setup-key-of-the-client-tests-0123456789";

    private readonly string database = $"client_{Guid.NewGuid():N}";
    private global::Flags.Api.Server? server;

    public string Url { get; private set; } = "";

    /// <summary>The typed client with the bootstrap key.</summary>
    public IFlagsApi Api { get; private set; } = null!;

    private static string Postgres => Environment.GetEnvironmentVariable("FLAGS_TEST_POSTGRES") ?? "Host=127.0.0.1;Port=5499;Username=flags";

    public async ValueTask InitializeAsync()
    {
        await RunSqlAsync($"create database {database}");
        server = await global::Flags.Api.Server.CreateAsync(["--urls", "http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:Flags"] = $"{Postgres};Database={database}",
                ["Flags:Setup:AdminKey"] = AdminKey,
            });
        });
        await server.App.StartAsync();
        Url = server.App.Urls.Single();
        Api = new FlagsApi(Http(AdminKey));
        await ReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.App.StopAsync();
            await server.DisposeAsync();
        }

        NpgsqlConnection.ClearAllPools();
        await RunSqlAsync($"drop database {database} with (force)");
    }

    public HttpClient Http(string key) => new()
    {
        BaseAddress = new Uri(Url),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    /// <summary>The typed client with a new key of these permissions.</summary>
    public async Task<IFlagsApi> ApiWithAsync(string? pattern, params string[] permissions) => new FlagsApi(Http((await MintAsync(pattern, permissions)).Key));

    public Task<MintedKey> MintAsync(string? pattern, params string[] permissions) =>
        Api.MintKeyAsync(new MintKey { Name = "test", Permissions = permissions, Pattern = pattern });

    /// <summary>A client as an application makes it, with the bootstrap key unless told otherwise.</summary>
    public FlagsClient Client(Action<FlagsOptions>? configure = null, ILoggerFactory? logging = null) => FlagsClient.Create(options =>
    {
        options.Url = Url;
        options.ApiKey = AdminKey;
        configure?.Invoke(options);
    }, logging);

    private async Task ReadyAsync()
    {
        using HttpClient http = Http(AdminKey);
        await Eventually.TrueAsync(async () => (await http.GetAsync("/readyz")).IsSuccessStatusCode);
    }

    private static async Task RunSqlAsync(string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create($"{Postgres};Database=postgres");
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
