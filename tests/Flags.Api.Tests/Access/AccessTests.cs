using System.Net;
using Flags.Core;
using Flags.Store;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>Who may not: each refusal is complete, and nothing is changed by it.</summary>
public sealed class AccessTests(Guarded guarded) : IClassFixture<Guarded>
{
    private static readonly string[] Anonymous =
    [
        "GET /livez", "GET /readyz", "GET /openapi/v1.json",
        "GET /", "GET /admin/assets/{name}", "POST /admin/do/theme", "POST /admin/do/passkey", "GET /admin/setup", "POST /admin/setup", "GET /admin/sign-in", "POST /admin/sign-in", "GET /admin/status", "POST /admin/status",
    ];

    public static TheoryData<string> Routes => [.. Route.All.Select(r => r.ToString())];

    [Fact]
    public void Every_route_of_the_running_server_is_in_the_table_and_the_other_way_round()
    {
        string[] mapped = [.. Endpoints().Where(e => Pattern(e).StartsWith("/api/v1", StringComparison.Ordinal)).SelectMany(Names).Select(n => n.Replace("/api/v1", "")).Order()];
        Assert.Equal(mapped, Route.All.Select(r => r.ToString()).Order());
    }

    [Fact]
    public void Every_endpoint_has_a_policy_or_is_on_the_list_of_those_that_need_none()
    {
        Assert.All(Endpoints(), endpoint =>
        {
            bool anonymous = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;
            bool policy = endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy is { Length: > 0 };
            // The framework's own is closed by the fallback policy.
            bool framework = Pattern(endpoint).StartsWith("/_framework/", StringComparison.Ordinal);
            Assert.True(anonymous ? Names(endpoint).All(Anonymous.Contains) : policy || framework, $"{endpoint.DisplayName} ({string.Join(", ", Names(endpoint))}) is open to anybody, or closed by the fallback only");
        });
        Assert.All(Route.All, route => Assert.Equal("may-" + route.Permission, Endpoint(route).Metadata.GetMetadata<IAuthorizeData>()!.Policy));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Without_a_valid_key_the_answer_is_401(string name)
    {
        Route route = Route.All.Single(r => r.ToString() == name);
        string good = guarded.All.Key;
        string mistyped = good[..20] + (good[20] == 'a' ? 'b' : 'a') + good[21..];
        string[] bad = ["", KeySecret.New(KeySecret.NewId()), KeySecret.New(guarded.All.Info.Id), mistyped, good[..^1], good + "x", guarded.Revoked, "flg_", new('x', 4_000)];
        long[] before = await guarded.CountersAsync();
        foreach (string key in bad)
            await RefusesAsync(route, ("Authorization", "Bearer " + key));
        await RefusesAsync(route);
        await RefusesAsync(route, ("Authorization", good));
        await RefusesAsync(route, ("Authorization", "Basic " + good));
        await RefusesAsync(route, ("X-API-Key", mistyped));
        await RefusesAsync(route, ("Cookie", $"key={good}"), query: $"key={good}&api_key={good}&access_token={good}");
        Assert.Equal(before, await guarded.CountersAsync());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_key_without_the_permission_gets_403(string name)
    {
        Route route = Route.All.Single(r => r.ToString() == name);
        long[] before = await guarded.CountersAsync();
        using HttpResponseMessage response = await SendAsync(route, guarded.Without[route.Permission]);
        Problem problem = Api.Problem(await response.Content.ReadAsStringAsync(), HttpStatusCode.Forbidden);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Contains($"\"{route.Permission}\"", problem.Detail);
        Assert.Equal(before, await guarded.CountersAsync());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_key_limited_to_other_names_neither_sees_nor_changes_the_feature(string name)
    {
        Route route = Route.All.Single(r => r.ToString() == name);
        long[] before = await guarded.CountersAsync();
        using HttpResponseMessage response = await SendAsync(route, guarded.Elsewhere);
        Assert.Equal(route.Limited, (int)response.StatusCode);
        if (route.Limited == 403)
        {
            Problem problem = Api.Problem(await response.Content.ReadAsStringAsync(), HttpStatusCode.Forbidden);
            Assert.True(problem.Detail.Contains("elsewhere_*"), problem.Detail);
        }
        else if (route.Limited == 200 && route.Pattern is not ("/stream" or "/keys"))
        {
            Assert.DoesNotContain(Route.Feature, await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(before, await guarded.CountersAsync());
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task The_permission_alone_is_enough(string name)
    {
        Route route = Route.All.Single(r => r.ToString() == name);
        using HttpResponseMessage response = await SendAsync(route, guarded.Only[route.Permission], key: "nobodys0", hold: guarded.OwnHold);
        Assert.NotEqual(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.NotEqual(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.True((int)response.StatusCode < 500);
        await guarded.DrainedAsync();
    }

    [Fact]
    public async Task Both_headers_carry_a_key()
    {
        foreach ((string, string) header in ((string, string)[])[("X-API-Key", guarded.All.Key), ("Authorization", "bearer " + guarded.All.Key)])
            Assert.Equal(HttpStatusCode.OK, (await guarded.Api.SendAsync(HttpMethod.Get, "/api/v1/features", http: guarded.Nobody, headers: header)).Status);
    }

    private async Task RefusesAsync(Route route, (string, string)? header = null, string query = "")
    {
        using HttpResponseMessage response = await guarded.Api.ResponseAsync(
            new HttpMethod(route.Method), $"{route.Path(guarded.All.Info.Id)}?{query}", route.Json, guarded.Nobody, header is { } one ? [one] : []);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("urn:flags:problem:unauthorized", Api.Problem(await response.Content.ReadAsStringAsync(), HttpStatusCode.Unauthorized).Type);
    }

    private Task<HttpResponseMessage> SendAsync(Route route, HttpClient client, string? key = null, string hold = Route.Hold)
    {
        var request = new HttpRequestMessage(new HttpMethod(route.Method), new Uri(guarded.Api.Server.Address, route.Path(key ?? guarded.All.Info.Id, hold)));
        if (route.Json is not null)
            request.Content = new StringContent(route.Json, System.Text.Encoding.UTF8, "application/json");
        return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private IEnumerable<RouteEndpoint> Endpoints() => guarded.Api.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private RouteEndpoint Endpoint(Route route) => Endpoints().Single(e => Names(e).Contains($"{route.Method} /api/v1{route.Pattern}"));

    private static string Pattern(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    private static IEnumerable<string> Names(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]).Where(m => m != "HEAD").Select(method => $"{method} {Pattern(endpoint)}");
}
