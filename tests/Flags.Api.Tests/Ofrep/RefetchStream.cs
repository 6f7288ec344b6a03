using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>An open stream of OFREP, at the address that a bulk evaluation gave.</summary>
public sealed class RefetchStream : IAsyncDisposable
{
    private readonly SseParser<string> parser;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private RefetchStream(HttpResponseMessage response, System.IO.Stream stream)
    {
        Response = response;
        parser = SseParser.Create(stream);
        items = parser.EnumerateAsync().GetAsyncEnumerator();
    }

    public HttpResponseMessage Response { get; }

    public TimeSpan Retry => parser.ReconnectionInterval;

    public static async Task<string> PathAsync(HttpClient http)
    {
        using HttpResponseMessage bulk = await http.PostAsync("/ofrep/v1/evaluate/flags", new StringContent("{}"));
        return JsonDocument.Parse(await bulk.Content.ReadAsStringAsync()).RootElement.GetProperty("eventStreams")[0].GetProperty("endpoint").GetProperty("requestUri").GetString()!;
    }

    public static async Task<RefetchStream> OpenAsync(Wired wired, HttpClient http, string? lastEventId = null)
    {
        string path = await PathAsync(http);
        // As a browser: without the key.
        using HttpClient page = wired.Server.Client(null);
        return await OpenAsync(page, path, lastEventId);
    }

    public static async Task<RefetchStream> OpenAsync(HttpClient page, string path, string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        HttpResponseMessage response = await page.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, "text/event-stream"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new RefetchStream(response, await response.Content.ReadAsStreamAsync());
    }

    public async Task<SseItem<string>> NextAsync()
    {
        Assert.True(await items.MoveNextAsync().AsTask().WaitAsync(Eventually.Deadline), "the stream ended");
        return items.Current;
    }

    public async Task EndsAsync()
    {
        while (await items.MoveNextAsync().AsTask().WaitAsync(Eventually.Deadline))
        {
            // Events that came before the end.
        }
    }

    public async ValueTask DisposeAsync()
    {
        Response.Dispose();
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
