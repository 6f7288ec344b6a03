using System.Net;
using System.Text.Json;
using Flags.Core;

namespace Flags.Api.Tests;

/// <summary>Steps of deploys and jobs, by REST.</summary>
internal static class Deploys
{
    /// <summary>An answer with what tests look at.</summary>
    public sealed record Reply(HttpStatusCode Status, string Body, HttpResponseMessage Response)
    {
        public Problem Problem => Api.Problem(Body, Status);

        public string Slug => Problem.Type["urn:flags:problem:".Length..];

        public string? Header(string name) => Response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;
    }

    public static async Task<Reply> CallAsync(this Api api, string method, string path, string? json = null, HttpClient? http = null, params (string, string)[] headers)
    {
        using HttpResponseMessage response = await api.ResponseAsync(new HttpMethod(method), "/api/v1" + path, json, http, headers);
        return new Reply(response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public static async Task<PlacedHold> HoldAsync(this Api api, Feature feature, string more = "", HttpClient? http = null)
    {
        Reply placed = await api.CallAsync("PUT", $"/holds/{Guid.NewGuid()}", $$"""{"features":["{{feature.Name}}"],"reason":"v42"{{more}}}""", http);
        Assert.True(placed.Status == HttpStatusCode.Created, placed.Body);
        return JsonSerializer.Deserialize(placed.Body, FlagsJson.Default.PlacedHold)!;
    }

    public static async Task<EnteredLease> EnterAsync(this Api api, Feature feature, string json = "{}", HttpClient? http = null)
    {
        Reply entered = await api.CallAsync("PUT", $"/features/{feature.Name}/leases/{Guid.NewGuid()}", json, http);
        Assert.True(entered.Status == HttpStatusCode.Created, entered.Body);
        return JsonSerializer.Deserialize(entered.Body, FlagsJson.Default.EnteredLease)!;
    }

    public static async Task<GrantedClaim> ClaimAsync(this Api api, string key, string json = "{}", HttpClient? http = null)
    {
        Reply claimed = await api.CallAsync("PUT", $"/claims/{key}", json, http);
        Assert.True(claimed.Status == HttpStatusCode.Created, claimed.Body);
        return JsonSerializer.Deserialize(claimed.Body, FlagsJson.Default.GrantedClaim)!;
    }

    public static Task<Reply> LeaveAsync(this Api api, EnteredLease lease, HttpClient? http = null) => api.CallAsync("DELETE", $"/leases/{lease.Id}?token={lease.Token}", http: http);

    public static Task<Reply> ReleaseAsync(this Api api, PlacedHold hold, HttpClient? http = null) => api.CallAsync("DELETE", $"/holds/{hold.Id}", http: http);

    public static async Task<Feature> LimitedAsync(this Api api, int limit)
    {
        Feature feature = await api.CreateAsync(enabled: true);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync("PATCH", $"/features/{feature.Name}", $$"""{"limit":{{limit}}}""")).Status);
        return feature;
    }

    public static async Task<LeaseList> InsideAsync(this Api api, Feature feature) =>
        JsonSerializer.Deserialize((await api.CallAsync("GET", $"/features/{feature.Name}/leases")).Body, FlagsJson.Default.LeaseList)!;

    /// <summary>Until people see so many waiting.</summary>
    public static Task WaitingAsync(this Api api, Feature feature, int count) =>
        Testing.Eventually.TrueAsync(async () => (await api.InsideAsync(feature)).Waiting.Count >= count, $"{count} wait");

    /// <summary>What a refusal must leave alone: versions, audit, holds, leases, wishes, claims, workers.</summary>
    public static Task<string> StateAsync(this Api api) => api.Server.SqlAsync<string>("""
        select concat_ws(' ', (select version from flags.counter), (select count(*) from flags.audit), (select max(id) from flags.audit),
          (select string_agg(concat_ws(',', id, token, expires_at, ended_at, drained_at), ';' order by id) from flags.holds),
          (select string_agg(concat_ws(',', id, token, expires_at, ended_at, revoked_at), ';' order by id) from flags.leases),
          (select string_agg(concat_ws(',', feature_id, lease_id, asked_at), ';' order by feature_id) from flags.takeovers),
          (select string_agg(concat_ws(',', key, owner, token, attempt, state, expires_at, free_at, result), ';' order by key) from flags.claims),
          (select string_agg(concat_ws(',', id, role, version, state, instruction), ';' order by id) from flags.workers))
        """);
}
