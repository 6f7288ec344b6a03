using System.Net;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class ReplaceProtectionTests(Own own) : IClassFixture<Own>
{
    [Fact]
    public async Task An_import_that_replaces_asks_for_every_protected_feature_that_it_deletes()
    {
        Api api = own.Api;
        Feature one = await api.CreateAsync(enabled: true, isProtected: true, name: "one,1"), two = await api.CreateAsync(isProtected: true, name: "two é");
        const string Json = """{"version":1,"features":{"jobs_processing":{"boolean":"true"}}}""";
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/import?mode=replace", Json, headers: ("Flags-Confirm", Uri.EscapeDataString(one.Name)));
        Assert.Equal((HttpStatusCode)428, status);
        Assert.Contains(two.Name, Api.Problem(body, status).Detail);
        Assert.Equal(one.Version, (await api.GetAsync(one.Name)).Version);
        status = (await api.SendAsync(HttpMethod.Post, "/api/v1/import?mode=replace", Json, headers: ("Flags-Confirm", $"{Uri.EscapeDataString(one.Name)},{Uri.EscapeDataString(two.Name)}"))).Status;
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{Uri.EscapeDataString(one.Name)}")).Status);
    }
}
