using Flags.Admin;
using Flags.Store;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Configuration.Memory;

namespace Flags.Api;

/// <summary>The whole server: REST and pages in one process, on one port. Tests start the same.</summary>
public sealed class Server : IAsyncDisposable
{
    /// <summary>Defaults below every other source: a line for what an operator must know, none for each request.</summary>
    private static readonly Dictionary<string, string?> QuietLogs = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft"] = "Warning",
        // Keys for cookies are in the same database as everything else they protect; there is no second place to encrypt them from.
        ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager"] = "Error",
        // The first migration looks for its own history table and logs the miss as an error.
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "None",
    };

    /// <summary>Where it listens unless it is told otherwise.</summary>
    internal const string DefaultUrl = "http://127.0.0.1:5180";

    private readonly Embedded? embedded;

    private Server(WebApplication app, Embedded? embedded) => (App, this.embedded) = (app, embedded);

    public WebApplication App { get; }

    /// <summary>Reads configuration, starts the embedded PostgreSQL when no connection is configured, and builds the application without starting it.</summary>
    public static async Task<Server> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null, Action<IServiceCollection>? replace = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogs });
        builder.Configuration.AddKeyPerFile("/run/secrets", optional: true);
        configure?.Invoke(builder);
        builder.WebHost.UseStaticWebAssets();
        ServerOptions options = ServerOptions.Read(builder.Configuration);
        string? connection = options.WithPassword(builder.Configuration.GetConnectionString("Flags"));
        Embedded? embedded = connection is null ? await StartEmbeddedAsync(builder, options) : null;
        try
        {
            AddServices(builder, options, connection ?? embedded!.Postgres.ConnectionString);
            replace?.Invoke(builder.Services);
            WebApplication app = builder.Build();
            Map(app);
            return new Server(app, embedded);
        }
        catch when (embedded is not null)
        {
            await embedded.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        if (embedded is not null)
            await embedded.DisposeAsync();
    }

    private static async Task<Embedded> StartEmbeddedAsync(WebApplicationBuilder builder, ServerOptions options)
    {
        ILoggerFactory logging = LoggerFactory.Create(log => log.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
        var settings = new EmbeddedPostgresOptions { DataDir = options.DataDir, Download = options.Download };
        return new Embedded(await EmbeddedPostgres.StartAsync(settings, logging.CreateLogger<EmbeddedPostgres>(), CancellationToken.None), logging);
    }

    /// <summary>PostgreSQL, and what it logs to until it has stopped: it starts before the application and ends after it.</summary>
    private sealed record Embedded(EmbeddedPostgres Postgres, ILoggerFactory Logging) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Postgres.DisposeAsync();
            Logging.Dispose();
        }
    }

    private static void AddServices(WebApplicationBuilder builder, ServerOptions options, string connection)
    {
        if (builder.Configuration["urls"] is null && builder.Configuration["http_ports"] is null && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Body.Small;
            kestrel.Limits.MaxConcurrentConnections = FileDescriptors.MostConnections();
        });
        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddFlagsStore(new StoreOptions
        {
            ConnectionString = connection,
            MigrateConnectionString = options.WithPassword(builder.Configuration.GetConnectionString("FlagsMigrate")),
            ListenConnectionString = options.WithPassword(builder.Configuration.GetConnectionString("FlagsListen")),
            LongestLease = options.LongestLease,
            ReadPatience = options.ReadPatience,
        }, options.AdminKey);
        services.AddHostedService<Preparation>();
        services.AddSingleton(provider => Evaluations.Context(provider));
        services.AddSingleton<ChangeStreams>();
        services.AddSingleton<TakeoverWishes>();
        services.AddHostedService(provider => provider.GetRequiredService<TakeoverWishes>());
        services.AddDeploySafety();
        services.AddWires(WireOptions.Read(builder.Configuration));
        // Named as the default: the pages add a cookie, and two schemes without a default would turn every challenge outside them into an exception.
        services.AddAuthentication(KeyAuthentication.Name).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(KeyAuthentication.Name, null);
        services.AddPolicies();
        services.AddExceptionHandler<Failures>();
        services.AddProblemDetails();
        services.AddApiDescription();
        services.AddFlagsAdmin(options.PublicUrl);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        // It loads the keys before the database is prepared; Preparation does so after.
        foreach (ServiceDescriptor early in services.Where(s => s.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
            services.Remove(early);
    }

    private static void Map(WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseWires();
        app.UseWhen(context => !context.Request.Path.StartsWithSegments("/admin"), api => api.UseStatusCodePages(Failures.FillAsync));
        app.UseFlagsAdmin();
        app.Use(RawName.KeepDots);
        app.Use(Body.IgnoreTypeOfNothing);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        RouteGroupBuilder api = app.MapGroup("/api/v1");
        api.MapFeatureReads();
        api.MapFeatureWrites();
        api.MapChecks();
        api.MapSnapshots();
        api.MapHolds();
        api.MapLeases();
        api.MapClaims();
        api.MapWorkers();
        api.MapRecovery();
        api.MapKeys();
        api.MapAudit();
        app.MapHealth();
        app.MapApiDescription();
        app.MapFlagsAdmin();
    }
}
