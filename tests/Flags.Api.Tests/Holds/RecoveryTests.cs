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
        (HttpStatusCode entered, string refused) = await PostAsync(server, "/features/jobs_processing/leases", "{}");
        Assert.Equal((HttpStatusCode.Locked, "held"), (entered, Api.Problem(refused, entered).Reason));
        Task<(HttpStatusCode Status, string)> waiting = GetAsync(server, path + "/drained?wait=30s");
        Assert.Contains("\"waived\":true", (await PostAsync(server, "/recovery/waive", """{"reason":"nothing runs"}""")).Body);
        Assert.Equal(HttpStatusCode.OK, (await waiting).Status);
        Assert.Contains("\"waived\":false", (await PostAsync(server, "/recovery/waive", """{"reason":"once more"}""")).Body);
        Assert.Equal("nothing runs", await server.SqlAsync<string>("select string_agg(reason, '|') from flags.audit where what = 'recovery.waive'"));
    }

    [Fact]
    public async Task No_job_enters_until_a_forgotten_hold_is_over_or_an_admin_waives_it()
    {
        await using TestServer server = await TestServer.StartAsync();
        await server.SqlAsync<long>("select flags.new_generation()");
        (HttpStatusCode status, string body) = await PostAsync(server, "/features/jobs_processing/leases", "{}");
        Problem recovering = Api.Problem(body, HttpStatusCode.Locked);
        Assert.Equal(("urn:flags:problem:recovering", "recovering", HttpStatusCode.Locked), (recovering.Type, recovering.Reason, status));
        Assert.InRange(recovering.RetryAfterSeconds!.Value, 100, 120);
        Assert.Contains("/recovery/waive", recovering.Next);
        Assert.Equal(HttpStatusCode.NoContent, (await GetAsync(server, "/api/v1/features/jobs_processing/check")).Status);
        Task<(HttpStatusCode Status, string)> waiting = PostAsync(server, "/features/jobs_processing/leases?wait=30s", "{}");
        await Eventually.TrueAsync(() => server.SqlAsync<bool>("select count(*) = 1 from flags.waiters"), "it waits");
        using HttpClient other = await server.ClientAsync("lease hold");
        using HttpResponseMessage forbidden = await other.PostAsync(new Uri("/api/v1/recovery/waive", UriKind.Relative), Json("""{"reason":"nothing runs"}"""));
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        await PostAsync(server, "/recovery/waive", """{"reason":"nothing runs"}""");
        Assert.Equal(HttpStatusCode.Created, (await waiting).Status);
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
