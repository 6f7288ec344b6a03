using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Flags.Benchmarks;

/// <summary>The least that can carry a change: one server that updates a row, says who did it and notifies, another that listens and writes an event to every stream.</summary>
internal sealed class FloorServers : IAsyncDisposable
{
    private static readonly byte[] Event = Encoding.UTF8.GetBytes($"id: 1:1\nevent: change\ndata: {new string('x', 250)}\n\n");

    private readonly CancellationTokenSource ends = new();
    private readonly NpgsqlDataSource database;
    private readonly NpgsqlConnection listening;
    private readonly WebApplication writes, streams;
    private readonly HttpClient http = new();
    private TaskCompletionSource next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FloorServers(string connectionString)
    {
        database = NpgsqlDataSource.Create(connectionString);
        listening = new NpgsqlConnection(connectionString + ";Pooling=false");
        (writes, streams) = (Build(), Build());
        writes.MapPost("/switch", (RequestDelegate)WriteAsync);
        streams.MapGet("/stream", (RequestDelegate)StreamAsync);
    }

    public Uri Streams => new(streams.Urls.Single());

    public static async Task<FloorServers> StartAsync(string connectionString)
    {
        var floor = new FloorServers(connectionString);
        await using (NpgsqlCommand create = floor.database.CreateCommand("create table floor (value boolean not null); insert into floor values (false); create table floor_audit (at timestamptz default clock_timestamp(), who text, what text)"))
            await create.ExecuteNonQueryAsync();
        await floor.listening.OpenAsync();
        floor.listening.Notification += (_, _) => Interlocked.Exchange(ref floor.next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        await using (var listen = new NpgsqlCommand("listen floor", floor.listening))
            await listen.ExecuteNonQueryAsync();
        _ = floor.ListenAsync();
        await floor.writes.StartAsync();
        await floor.streams.StartAsync();
        return floor;
    }

    public async Task SwitchAsync()
    {
        using HttpResponseMessage response = await http.PostAsync(new Uri(new Uri(writes.Urls.Single()), "/switch"), null);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        await writes.DisposeAsync();
        await streams.DisposeAsync();
        await listening.DisposeAsync();
        await database.DisposeAsync();
        http.Dispose();
        ends.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
                await listening.WaitAsync(ends.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        await using NpgsqlBatch batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("update floor set value = not value"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("insert into floor_audit (who, what) values ('somebody', 'switched')"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("notify floor"));
        await batch.ExecuteNonQueryAsync();
        context.Response.StatusCode = 204;
    }

    private async Task StreamAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ends.Token, context.RequestAborted);
        try
        {
            while (true)
            {
                Task change = Volatile.Read(ref next).Task;
                await context.Response.Body.WriteAsync(Event, either.Token);
                await context.Response.Body.FlushAsync(either.Token);
                await change.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client left, or all is over.
        }
    }

    private static WebApplication Build()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}
