using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Flags.Api;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Testing;

/// <summary>The real server on a real Kestrel and a real PostgreSQL, in this process, with a migrated database of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string AdminKey = "test-admin-key-0123456789-0123456789-0123456789";

    private readonly Server server;

    private TestServer(Server server, string connectionString)
    {
        this.server = server;
        ConnectionString = connectionString;
        Address = new Uri(server.App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        Http = Client(AdminKey);
    }

    public string ConnectionString { get; }

    public Uri Address { get; }

    /// <summary>Calls with the bootstrap key.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => server.App.Services;

    /// <param name="connectionString">An existing database, for a second replica; null makes a fresh one.</param>
    /// <param name="settings">Configuration such as <c>Flags:PublicUrl</c>.</param>
    /// <param name="configure">Replaces services.</param>
    /// <param name="patient">Waits half a minute for the database where production waits a second or two: a busy machine is no outage. False for tests of outages.</param>
    public static async Task<TestServer> StartAsync(string? connectionString = null, IReadOnlyDictionary<string, string?>? settings = null, Action<IServiceCollection>? configure = null, bool patient = true)
    {
        connectionString ??= await CreateDatabaseAsync();
        if (patient)
            connectionString = Patience.Of(connectionString);

        Server server = await Server.CreateAsync([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:Flags"] = connectionString,
                ["Flags:Setup:AdminKey"] = AdminKey,
                ["urls"] = "http://127.0.0.1:0",
                ["Logging:LogLevel:Default"] = "None",
            });
            if (patient)
                builder.Configuration.AddInMemoryCollection(Patience.OfReads);
            builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
            builder.Logging.ClearProviders();
        }, configure);
        await server.App.StartAsync();
        var started = new TestServer(server, connectionString);
        await Eventually.TrueAsync(() => started.Services.GetRequiredService<Database>().IsPrepared, "the server is prepared");
        return started;
    }

    /// <summary>A migrated database that no server has used yet.</summary>
    public static Task<string> CreateDatabaseAsync() => TestPostgres.Shared.CreateDatabaseAsync("migrated", template => StoreStartup.MigrateAsync(Patience.Of(template)));

    /// <summary>A client with a key, or with none.</summary>
    public HttpClient Client(string? key)
    {
        // A body that the server has to ask for is not sent after a second without an answer.
        var client = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = Address };
        if (key is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A client with a freshly minted key.</summary>
    public async Task<HttpClient> ClientAsync(string permissions, string? pattern = null) => Client((await MintAsync(permissions, pattern)).Key);

    /// <param name="permissions">Words, separated by spaces.</param>
    /// <param name="pattern">Feature names, or null for any.</param>
    public async Task<MintedKey> MintAsync(string permissions, string? pattern = null)
    {
        var body = new MintKey { Name = $"test {permissions}", Permissions = permissions.Split(' '), Pattern = pattern };
        using HttpResponseMessage response = await Http.PostAsJsonAsync("/api/v1/keys", body, FlagsJson.Default.MintKey);
        response.EnsureSuccessStatusCode();
        return JsonSerializer.Deserialize(await response.Content.ReadAsStringAsync(), FlagsJson.Default.MintedKey)!;
    }

    /// <summary>Asks the database something, around the store, and as patiently as it takes.</summary>
    public async Task<T> SqlAsync<T>(string sql)
    {
        await using var connection = new NpgsqlConnection(Patience.Of(ConnectionString));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await server.App.StopAsync();
        await server.DisposeAsync();
    }
}
