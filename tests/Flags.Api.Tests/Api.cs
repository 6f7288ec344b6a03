using System.Net;
using System.Text;
using System.Text.Json;
using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>One server for the classes that only need features of their own; each test takes its own names.</summary>
public sealed class Api : IAsyncLifetime
{
    private int names;

    /// <summary>Services besides the server's own; null for none.</summary>
    public Action<IServiceCollection>? Configure { get; init; }

    public TestServer Server { get; private set; } = null!;

    public HttpClient Http => Server.Http;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync(configure: Configure);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A name nobody else uses.</summary>
    public string NewName(string stem = "feature") => $"{stem}_{Interlocked.Increment(ref names)}";

    /// <summary>A fresh feature.</summary>
    public async Task<Feature> CreateAsync(bool enabled = false, bool isProtected = false, string? name = null)
    {
        string json = JsonSerializer.Serialize(new CreateFeature { Name = name ?? NewName(), Enabled = enabled, Protected = isProtected }, FlagsJson.Relaxed.CreateFeature);
        (HttpStatusCode status, string body) = await SendAsync(HttpMethod.Post, "/api/v1/features", json);
        Assert.Equal(HttpStatusCode.Created, status);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!;
    }

    /// <summary>Sends and answers status and text.</summary>
    public async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? json = null, HttpClient? http = null, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await ResponseAsync(method, path, json, http, headers);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> ResponseAsync(HttpMethod method, string path, string? json = null, HttpClient? http = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, Exactly(path));
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return (http ?? Http).SendAsync(request);
    }

    public async Task<Feature> GetAsync(string name)
    {
        (HttpStatusCode status, string body) = await SendAsync(HttpMethod.Get, $"/api/v1/features/{Uri.EscapeDataString(name)}");
        Assert.Equal(HttpStatusCode.OK, status);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!;
    }

    public async Task<HistoryList> HistoryAsync(string name)
    {
        (HttpStatusCode status, string body) = await SendAsync(HttpMethod.Get, $"/api/v1/features/{Uri.EscapeDataString(name)}/history?limit=200");
        Assert.Equal(HttpStatusCode.OK, status);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.HistoryList)!;
    }

    /// <summary>A problem, checked to be one: type, status, and what to do next.</summary>
    public static Problem Problem(string body, HttpStatusCode status)
    {
        Problem problem = JsonSerializer.Deserialize(body, FlagsJson.Default.Problem)!;
        Assert.StartsWith("urn:flags:problem:", problem.Type);
        Assert.Equal((int)status, problem.Status);
        Assert.NotEmpty(problem.Title);
        Assert.NotEmpty(problem.Detail);
        Assert.NotEmpty(problem.Next);
        return problem;
    }

    /// <summary>The path byte for byte; HttpClient would tidy it.</summary>
    private Uri Exactly(string path) =>
        new(Server.Address.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
