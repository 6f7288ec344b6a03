using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin.Tests;

/// <summary>What tests of pages do to a server besides looking at it.</summary>
internal static class ServerSteps
{
    /// <summary>What a pipeline's key is for the store: somebody else than the person on the page.</summary>
    public static readonly Caller Key = new("ci-2", "ci-2", CallerKind.Key, Permissions.Admin);

    public static Task<TestServer> StartAsync(string? connection = null, params IEnumerable<(string Name, string Value)> settings) =>
        TestServer.StartAsync(connection, settings.Append(("Flags:Environment", "production")).ToDictionary(s => s.Item1, s => (string?)s.Item2));

    public static async Task<string> NewSetUpCodeAsync(this TestServer server)
    {
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<SetupStore>().NewCodeAsync(CancellationToken.None))!;
    }

    /// <summary>Puts a person into the database as an invitation would.</summary>
    public static async Task AddPersonAsync(this TestServer server, string name, string role)
    {
        await using AsyncServiceScope scope = server.Services.CreateAsyncScope();
        UserManager<Person> people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var person = new Person { Id = Guid.CreateVersion7(), Name = name, UserName = $"{name}@example.org", Email = $"{name}@example.org", LockoutEnabled = true };
        Assert.True((await people.CreateAsync(person, AdminServer.Passphrase)).Succeeded);
        Assert.True((await people.AddToRoleAsync(person, role)).Succeeded);
    }

    /// <summary>A browser without script, signed in.</summary>
    public static async Task<PageClient> SignInAsync(this TestServer server, string name = "anna")
    {
        var client = new PageClient(server.Address);
        await client.SignInAsync($"{name}@example.org", AdminServer.Passphrase);
        return client;
    }

    public static async Task<Feature?> FindAsync(this TestServer server, string name) =>
        (await server.Services.GetRequiredService<FeatureCache>().ReadAsync()).Set.Find(name)?.Feature;

    public static async Task<Gates> GatesAsync(this TestServer server, string name) => (await server.FindAsync(name))?.Gates ?? throw new InvalidOperationException($"No {name}");

    /// <summary>A new feature with these gates, written by a key.</summary>
    public static async Task<Feature> CreateAsync(this TestServer server, string name, Gates? gates = null, CreateFeature? details = null)
    {
        Assert.IsType<Written>(await server.Store.CreateAsync(Key, (details ?? new CreateFeature { Name = name }) with { Name = name }, WriteOptions.None, CancellationToken.None));
        if (gates is not null)
            Assert.IsType<Written>(await server.Store.PutGatesAsync(Key, name, gates, WriteOptions.None, CancellationToken.None));
        return (await server.FindAsync(name))!;
    }

    extension(TestServer server)
    {
        public FeatureStore Store => server.Services.GetRequiredService<FeatureStore>();
    }
}
