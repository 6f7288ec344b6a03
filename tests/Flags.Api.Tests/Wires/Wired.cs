using System.IO.Compression;
using System.Net;
using System.Text;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>An answer of Flipper's API or OFREP; gzip is undone.</summary>
public sealed record WireReply(HttpStatusCode Status, string Body, string? Type, bool WasZipped, HttpResponseMessage Response)
{
    public string? Header(string name) => Response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values)
        : Response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}

/// <summary>A server of its own with two registered groups, called byte for byte.</summary>
public sealed class Wired : IAsyncLifetime
{
    public static Dictionary<string, string?> Settings { get; } = new()
    {
        ["Flags:Groups"] = "admins, early_access",
        ["Flags:Flipper:PollInterval"] = "30",
        ["Flags:Cors:Origins:0"] = "https://app.example.org",
    };

    public TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(settings: Settings);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    public Task<WireReply> FlipperAsync(string method, string path, string? json = null, HttpClient? http = null, params (string, string)[] headers) =>
        SendAsync(method, "/flipper" + path, json is null ? null : Encoding.UTF8.GetBytes(json), http, json is null ? headers : [("Content-Type", "application/json"), .. headers]);

    public Task<WireReply> OfrepAsync(string path, string? json = "{}", HttpClient? http = null, params (string, string)[] headers) =>
        SendAsync("POST", "/ofrep/v1/evaluate/flags" + path, json is null ? null : Encoding.UTF8.GetBytes(json), http, [("Content-Type", "application/json"), .. headers]);

    /// <summary>Our own API, for what the wire cannot say.</summary>
    public async Task<string> ApiAsync(string method, string path, string? json = null, HttpStatusCode? expected = null, params (string, string)[] headers)
    {
        WireReply reply = await SendAsync(method, "/api/v1" + path, json is null ? null : Encoding.UTF8.GetBytes(json), null, json is null ? headers : [("Content-Type", "application/json"), .. headers]);
        Assert.True(expected is { } status ? reply.Status == status : (int)reply.Status is >= 200 and < 300, $"{method} {path}: {(int)reply.Status} {reply.Body}");
        return reply.Body;
    }

    public async Task<WireReply> SendAsync(string method, string path, byte[]? body = null, HttpClient? http = null, params (string Name, string Value)[] headers)
    {
        // HttpClient would tidy the path.
        var address = new Uri(Server.Address.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        foreach ((string name, string value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        // A large body is refused before it is sent.
        request.Headers.ExpectContinue = body is { Length: > 100_000 };
        using HttpResponseMessage response = await (http ?? Server.Http).SendAsync(request);
        byte[] bytes = await response.Content.ReadAsByteArrayAsync();
        bool zipped = response.Content.Headers.ContentEncoding.Contains("gzip");
        return new WireReply(response.StatusCode, Encoding.UTF8.GetString(zipped ? Unzip(bytes) : bytes), response.Content.Headers.ContentType?.ToString(), zipped, response);
    }

    public static byte[] Zip(string text) => Zip(Encoding.UTF8.GetBytes(text));

    public static byte[] Zip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionMode.Compress))
            gzip.Write(bytes);
        return buffer.ToArray();
    }

    /// <summary>What a refusal must leave alone.</summary>
    public Task<long[]> CountersAsync() => Server.SqlAsync<long[]>(
        "select array[version, auth_version, (select count(*) from flags.audit), (select count(*) from flags.features where not deleted), (select count(*) from flags.features)] from flags.counter");

    private static byte[] Unzip(byte[] bytes)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
