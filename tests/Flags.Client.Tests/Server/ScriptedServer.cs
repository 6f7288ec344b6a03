using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flags.Client.Tests;

/// <summary>A server that answers as a test says: the snapshot route, and a stream that a test writes by hand.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly CancellationTokenSource ends = new();
    private int snapshots, streams, openStreams;

    private ScriptedServer(WebApplication app) => this.app = app;

    public string Url => app.Urls.Single();

    /// <summary>How often the snapshot was asked for.</summary>
    public int Snapshots => Volatile.Read(ref snapshots);

    /// <summary>How often a stream was asked for.</summary>
    public int Streams => Volatile.Read(ref streams);

    /// <summary>What the snapshot route answers.</summary>
    public Func<HttpContext, Task> Snapshot { get; set; } = context => SayAsync(context, Body(1, 1));

    /// <summary>What the stream route answers; by default it pings once and stays open.</summary>
    public Func<HttpContext, Task> Stream { get; set; } = context => EventsAsync(context, Timeout.InfiniteTimeSpan, Ping);

    /// <summary>What the usage route answers.</summary>
    public Func<HttpContext, Task> Usage { get; set; } = context =>
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    /// <summary>How many streams are open.</summary>
    public int OpenStreams => Volatile.Read(ref openStreams);

    public const string Ping = "event: ping\ndata: {}\n\n";

    /// <param name="certificate">The certificate of the moment, for TLS; null speaks plain HTTP.</param>
    public static async Task<ScriptedServer> StartAsync(Func<X509Certificate2>? certificate = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate());
        }));
        WebApplication app = builder.Build();
        var server = new ScriptedServer(app);
        app.MapGet("/api/v1/snapshot", (RequestDelegate)(context =>
        {
            Interlocked.Increment(ref server.snapshots);
            return server.Snapshot(context);
        }));
        app.MapGet("/api/v1/stream", (RequestDelegate)(async context =>
        {
            Interlocked.Increment(ref server.streams);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(server.ends.Token, context.RequestAborted);
            context.RequestAborted = either.Token;
            Interlocked.Increment(ref server.openStreams);
            try
            {
                await server.Stream(context);
            }
            finally
            {
                Interlocked.Decrement(ref server.openStreams);
            }
        }));
        app.MapPost("/api/v1/usage", (RequestDelegate)(context => server.Usage(context)));
        await app.StartAsync();
        return server;
    }

    /// <summary>A snapshot whose only feature, <c>beta</c>, is on.</summary>
    public static string Body(long generation, long version, bool enabled = true) =>
        $$"""{"generation":{{generation}},"version":{{version}},"features":[{"name":"beta","version":{{version}},"gates":{"boolean":{{(enabled ? "true" : "false")}}},"holds":[]}],"deleted":[]}""";

    /// <summary>The same, held by a deploy.</summary>
    public static string Held(long generation, long version, double hardLimitSeconds) => Body(generation, version)
        .Replace("\"holds\":[]", $"\"holds\":[{{\"id\":\"{Guid.Empty}\",\"holder\":\"deploy 42\",\"reason\":\"release\",\"since\":\"2026-11-21T12:00:00Z\",\"hardLimitSeconds\":{hardLimitSeconds}}}]", StringComparison.Ordinal);

    /// <summary>A change that turns <c>beta</c> on or off.</summary>
    public static string Change(long generation, long version, bool enabled) => $"id: {generation}:{version}\nevent: change\ndata: {Body(generation, version, enabled)}\n\n";

    public static Task SayAsync(HttpContext context, string body, string type = "application/json", int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>A refusal as the server words it.</summary>
    public static Task RefuseAsync(HttpContext context, int status, int? retryAfter = null)
    {
        if (retryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        string more = retryAfter is { } after ? $",\"retryAfterSeconds\":{after}" : "";
        return SayAsync(context, $$"""{"type":"urn:flags:problem:test","title":"No","status":{{status}},"detail":"Not now.","next":"Wait."{{more}}}""", "application/problem+json", status);
    }

    /// <summary>Says events, and stays open for a while.</summary>
    public static async Task EventsAsync(HttpContext context, TimeSpan open, params string[] events)
    {
        context.Response.ContentType = "text/event-stream";
        foreach (string said in events)
            await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(said), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(open, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A client of it, whose pauses are short.</summary>
    public FlagsClient Client(Action<FlagsOptions>? configure = null, ILoggerFactory? logging = null) => FlagsClient.Create(options =>
    {
        (options.Url, options.ApiKey, options.Random) = (Url, "flg_abcdefgh_secret", () => 0.02);
        // Fake time passes a hundred times as fast as this machine answers.
        options.Timeout = TimeSpan.FromMinutes(5);
        configure?.Invoke(options);
    }, logging);

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        await app.StopAsync();
        await app.DisposeAsync();
        ends.Dispose();
    }
}
