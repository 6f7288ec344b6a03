using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Store.Tests;

/// <summary>The store's services on a migrated database of their own, without a server around them: a replica, as far as the store goes.</summary>
public sealed class Store : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private Store(ServiceProvider services, string connectionString) => (this.services, ConnectionString) = (services, connectionString);

    public static Caller Anna { get; } = new("p1", "anna", CallerKind.Person, Permissions.Write | Permissions.Read);

    public static Caller Admin { get; } = new("p2", "root", CallerKind.Person, Permissions.Admin);

    public string ConnectionString { get; }

    public FeatureStore Features => Get<FeatureStore>();

    public FeatureCache Cache => Get<FeatureCache>();

    public Database Database => Get<Database>();

    public static async Task<Store> OpenAsync(string? connectionString = null)
    {
        connectionString = Patience.Of(connectionString ?? await TestServer.CreateDatabaseAsync());
        ServiceProvider services = new ServiceCollection().AddLogging().AddFlagsStore(new StoreOptions { ConnectionString = connectionString, ReadPatience = Eventually.Deadline }, null)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
        await services.GetRequiredService<StoreStartup>().PrepareAsync(CancellationToken.None);
        return new Store(services, connectionString);
    }

    public T Get<T>() where T : notnull => services.GetRequiredService<T>();

    public IServiceScope Scope() => services.CreateScope();

    public async Task<StoredFeature> CreateAsync(string name, bool enabled = false) =>
        Assert.IsType<Written>(await Features.CreateAsync(Anna, new CreateFeature { Name = name, Enabled = enabled }, WriteOptions.None, CancellationToken.None)).Stored;

    public async Task<Feature> GetAsync(string name) => (await Cache.ReadAsync()).Set.Find(name)!.Feature;

    public async Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string name)
    {
        var all = new List<HistoryEntry>();
        for (long? before = null; ;)
        {
            HistoryList page = (await Get<FeatureHistory>().ListAsync(name, before, 200, CancellationToken.None))!;
            all.AddRange(page.History);
            if (page.NextCursor is null)
                return all;
            before = long.Parse(page.NextCursor);
        }
    }

    public Task<T> SqlAsync<T>(string sql) => Database.RunAsync(async connection =>
    {
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }, CancellationToken.None);

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
