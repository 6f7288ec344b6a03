using System.Diagnostics;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>An event as it came.</summary>
public sealed record Event(string Name, string? Id, ChangeBody Body);

/// <summary>An open <c>GET /api/v1/stream</c>.</summary>
public sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private EventReader(HttpResponseMessage response, System.IO.Stream stream)
    {
        this.response = response;
        items = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
    }

    public HttpResponseMessage Response => response;

    public static async Task<EventReader> OpenAsync(HttpClient client, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/stream");
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event, pings included; null when the server ended the stream.</summary>
    public async Task<Event?> NextAsync()
    {
        if (!await items.MoveNextAsync().AsTask().WaitAsync(Eventually.Deadline))
            return null;
        SseItem<string> item = items.Current;
        return new Event(item.EventType, item.EventId, item.EventType is "change" or "resync" ? JsonSerializer.Deserialize(item.Data, FlagsJson.Default.ChangeBody)! : new ChangeBody());
    }

    /// <summary>The next event that is no ping.</summary>
    public async Task<Event> NewsAsync()
    {
        var waited = Stopwatch.StartNew();
        while (await NextAsync() is { } next)
        {
            if (next.Name != "ping")
                return next;
            Assert.True(waited.Elapsed < Eventually.Deadline, "the stream says nothing new");
        }

        throw new InvalidOperationException("The stream ended.");
    }

    /// <summary>The next event about a feature, changed or deleted; others are passed over.</summary>
    public async Task<Event> UntilAsync(string feature)
    {
        var waited = Stopwatch.StartNew();
        while (await NextAsync() is { } next)
        {
            // Pings keep it alive.
            Assert.True(waited.Elapsed < Eventually.Deadline, $"the stream says nothing of {feature}");
            if (next.Body.Deleted.Contains(feature) || next.Body.Features.Any(f => f.Name == feature))
                return next;
        }

        throw new InvalidOperationException($"The stream ended before {feature} changed.");
    }

    /// <summary>Reads until the server ends the stream.</summary>
    public async Task EndsAsync()
    {
        var waited = Stopwatch.StartNew();
        while (await NextAsync() is not null)
            Assert.True(waited.Elapsed < Eventually.Deadline, "the stream goes on");
    }

    public async ValueTask DisposeAsync()
    {
        response.Dispose();
        try
        {
            await items.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // A read is under way; it ends with the response.
        }
    }
}
