using Flags.Api;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Flags.Admin.Tests;

/// <summary>The real server on a free port and a fresh database.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly Server server;

    private RunningServer(Server server) => this.server = server;

    public IServiceProvider Services => server.App.Services;

    public Uri Address => new(server.App.Urls.First());

    public FeatureStore Store => Services.GetRequiredService<FeatureStore>();

    /// <summary>What a pipeline's key would be for the store: somebody else than the person on the page.</summary>
    public static Caller Key { get; } = new("ci-2", "ci-2", CallerKind.Key, Permissions.Admin);

    public static async Task<RunningServer> StartAsync(string connection, params string[] settings)
    {
        Server server = await Server.CreateAsync(
            ["--urls=http://127.0.0.1:0", $"--ConnectionStrings:Flags={connection}", "--Flags:Environment=production", .. settings],
            builder => builder.Logging.SetMinimumLevel(LogLevel.Critical));
        await server.App.StartAsync();
        var running = new RunningServer(server);
        await Until.TrueAsync(() => Task.FromResult(server.App.Services.GetRequiredService<Database>().IsPrepared), "the database to be prepared");
        return running;
    }

    public async Task<string> NewSetUpCodeAsync()
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<SetupStore>().NewCodeAsync(CancellationToken.None))!;
    }

    /// <summary>Puts a person into the database as an invitation would.</summary>
    public async Task AddPersonAsync(string name, string email, string passphrase, string role)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        UserManager<Person> people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = new Person { Id = Guid.CreateVersion7(), Name = name, UserName = email, Email = email, LockoutEnabled = true };
        Assert.True((await people.CreateAsync(person, passphrase)).Succeeded);
        Assert.True((await people.AddToRoleAsync(person, role)).Succeeded);
    }

    public async Task<Feature> FindAsync(string name) =>
        (await Services.GetRequiredService<FeatureCache>().ReadAsync(CancellationToken.None)).Set.Find(name)?.Feature ?? throw new InvalidOperationException($"No {name}");

    /// <summary>A new feature with these gates, written by a key.</summary>
    public async Task<Feature> CreateAsync(string name, Gates? gates = null, CreateFeature? details = null)
    {
        Assert.IsType<Written>(await Store.CreateAsync(Key, (details ?? new CreateFeature { Name = name }) with { Name = name }, WriteOptions.None, CancellationToken.None));
        if (gates is not null)
            Assert.IsType<Written>(await Store.PutGatesAsync(Key, name, gates, WriteOptions.None, CancellationToken.None));
        return await FindAsync(name);
    }

    public async ValueTask DisposeAsync()
    {
        await server.App.StopAsync();
        await server.DisposeAsync();
    }
}
