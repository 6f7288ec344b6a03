using System.Net;
using Flags.Core;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>After a fail-over or restore leases and holds may be forgotten.</summary>
public sealed class RecoveryTests
{
    [Fact]
    public async Task Nothing_drains_until_the_longest_lease_is_over_or_an_admin_waives_it()
    {
        string database = await TestServer.CreateDatabaseAsync();
        await using TestServer server = await TestServer.StartAsync(database, new Dictionary<string, string?> { ["Flags:Leases:MaxTtl"] = "2m" });
        var path = new Uri("/api/v1/holds/9d2c1a52-0c1f-4f0e-8a57-3f3d6c0b9e12", UriKind.Relative);
        Assert.Equal(120, await server.SqlAsync<double>("select max_lease_seconds from flags.generation"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(server, "/features/jobs_processing/leases", """{"ttl":"121s"}""")).Status);
        Assert.False((await PostAsync(server, "/recovery/waive", """{"reason":"nothing to waive"}""")).Body.Contains("true", StringComparison.Ordinal));
        await server.SqlAsync<long>("select flags.new_generation()");
        using HttpResponseMessage placed = await server.Http.PutAsync(path, Json("""{"features":["jobs_processing"],"reason":"v42"}"""));
        Assert.Equal(HttpStatusCode.Created, placed.StatusCode);
        Problem recovering = Api.Problem((await GetAsync(server, path + "/drained")).Body, HttpStatusCode.Locked);
        Assert.Equal(("urn:flags:problem:recovering", "recovering"), (recovering.Type, recovering.Reason));
        Assert.InRange(recovering.RetryAfterSeconds!.Value, 100, 125);
        Task<(HttpStatusCode Status, string)> waiting = GetAsync(server, path + "/drained?wait=30s");
        Assert.Contains("\"waived\":true", (await PostAsync(server, "/recovery/waive", """{"reason":"nothing runs"}""")).Body);
        Assert.Equal(HttpStatusCode.OK, (await waiting).Status);
        Assert.Equal("nothing runs", await server.SqlAsync<string>("select reason from flags.audit where what = 'recovery.waive'"));
    }

    [Theory]
    [InlineData("16m")]
    [InlineData("0")]
    [InlineData("soon")]
    public async Task A_longest_lease_out_of_range_stops_the_start_with_a_message(string longest)
    {
        StartupException wrong = await Assert.ThrowsAsync<StartupException>(async () => await Server.CreateAsync(["--Flags:Leases:MaxTtl", longest]));
        Assert.Contains("Flags__Leases__MaxTtl", wrong.Message);
    }

    private static StringContent Json(string json) => new(json, System.Text.Encoding.UTF8, "application/json");

    private static async Task<(HttpStatusCode Status, string Body)> PostAsync(TestServer server, string path, string json)
    {
        using HttpResponseMessage response = await server.Http.PostAsync(new Uri("/api/v1" + path, UriKind.Relative), Json(json));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(TestServer server, string path)
    {
        using HttpResponseMessage response = await server.Http.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
