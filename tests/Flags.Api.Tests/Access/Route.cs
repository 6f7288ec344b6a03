namespace Flags.Api.Tests;

/// <summary>A route as the contract names it, and a call of it that would work with the right key.</summary>
/// <param name="Method">The HTTP method; HEAD goes with GET.</param>
/// <param name="Pattern">The pattern below <c>/api/v1</c>.</param>
/// <param name="Permission">The permission it needs.</param>
/// <param name="Json">A valid body; null for none.</param>
/// <param name="Limited">What a key limited to other names gets.</param>
public sealed record Route(string Method, string Pattern, string Permission, string? Json = null, int Limited = 403)
{
    public const string Feature = "guarded", Key = "KEYID";

    /// <summary>A live hold of the feature, which another key placed.</summary>
    public const string Hold = "9d2c1a52-0c1f-4f0e-8a57-3f3d6c0b9e11";

    /// <summary>Every route of the native API. A route that is missing here fails <see cref="AccessTests"/>.</summary>
    public static IReadOnlyList<Route> All { get; } =
    [
        new("GET", "/features", "read", Limited: 200),
        new("POST", "/features", "write", """{"name":"intruder"}"""),
        new("GET", "/features/{name}", "read"),
        new("PATCH", "/features/{name}", "write", """{"description":"intruded"}"""),
        new("DELETE", "/features/{name}", "write"),
        new("POST", "/features/{name}/enable", "write", "{}"),
        new("POST", "/features/{name}/disable", "write"),
        new("PATCH", "/features/{name}/gates", "write", """{"actors":{"add":["Intruder;1"]}}"""),
        new("PUT", "/features/{name}/gates", "write", """{"actors":["Intruder;1"]}"""),
        new("GET", "/features/{name}/history", "read"),
        new("POST", "/features/{name}/revert", "write", """{"version":2}"""),
        new("GET", "/features/{name}/check", "evaluate"),
        new("POST", "/features/{name}/evaluate", "evaluate", "{}"),
        new("GET", "/features/{name}/usage", "read"),
        new("POST", "/usage", "evaluate", """{"counts":[{"feature":"guarded","on":1,"off":0}]}""", Limited: 204),
        new("GET", "/snapshot", "evaluate", Limited: 200),
        new("GET", "/stream", "evaluate", Limited: 200),
        new("GET", "/export", "read", Limited: 200),
        new("POST", "/import", "admin", """{"version":1,"features":{"guarded":{"actors":["Intruder;1"]}}}"""),
        new("GET", "/audit", "read"),
        new("PUT", "/holds/{id}", "hold", """{"features":["guarded"],"reason":"intruder","ttl":"30m"}"""),
        new("POST", "/holds", "hold", """{"features":["guarded"],"reason":"intruder","ttl":"30m"}"""),
        new("GET", "/holds", "read", Limited: 200),
        new("GET", "/holds/{id}", "read"),
        new("POST", "/holds/{id}/extend", "hold", """{"token":1}"""),
        new("GET", "/holds/{id}/drained", "hold"),
        new("DELETE", "/holds/{id}", "hold"),
        new("POST", "/holds/{id}/revoke-leases", "hold", "{}"),
        new("POST", "/holds/{id}/force-release", "admin", """{"reason":"intruder"}"""),
        new("POST", "/recovery/waive", "admin", """{"reason":"intruder"}"""),
        new("PUT", "/features/{name}/leases/{id}", "lease", "{}"),
        new("POST", "/features/{name}/leases", "lease"),
        new("GET", "/features/{name}/leases", "read"),
        new("POST", "/leases/{id}/renew", "lease", """{"token":1}""", Limited: 410),
        new("POST", "/leases/renew", "lease", """{"leases":[{"id":"9d2c1a52-0c1f-4f0e-8a57-3f3d6c0b9e11","token":1}]}""", Limited: 200),
        new("DELETE", "/leases/{id}", "lease", Limited: 204) { Query = "?token=1" },
        new("PUT", "/claims/{key}", "claim", "{}"),
        new("GET", "/claims/{key}", "claim"),
        new("POST", "/claims/{key}/complete", "claim", """{"token":1}"""),
        new("POST", "/claims/{key}/renew", "claim", """{"token":1}"""),
        new("POST", "/claims/{key}/abandon", "claim", """{"token":1}"""),
        new("PUT", "/workers/{id}", "worker", """{"role":"guarded","version":"v1","state":"ready"}"""),
        new("GET", "/workers", "read", Limited: 200),
        new("GET", "/workers/ready", "read") { Query = "?role=guarded" },
        new("POST", "/workers/quiet", "hold", """{"role":"guarded"}"""),
        new("POST", "/workers/terminate", "hold", """{"role":"guarded"}"""),
        new("GET", "/keys", "admin", Limited: 200),
        new("POST", "/keys", "admin", """{"name":"intruder","permissions":["read"],"pattern":"*"}"""),
        new("PATCH", "/keys/{id}", "admin", """{"name":"intruded"}"""),
        new("POST", "/keys/{id}/rotate", "admin", "{}"),
        new("DELETE", "/keys/{id}", "admin"),
    ];

    /// <param name="key">The key that routes of keys are about.</param>
    /// <param name="hold">The hold or lease that the others are about.</param>
    public string Path(string key, string hold = Hold) => "/api/v1" + Pattern.Replace("{name}", Feature).Replace("{key}", Feature).Replace("{id}", IsKey ? key : hold) + Query;

    /// <summary>What the route cannot be called without.</summary>
    public string Query { get; init; } = "";

    /// <summary>Without HEAD: it waits, or it has no end.</summary>
    public bool IsEndless => Pattern is "/stream" or "/holds/{id}/drained";

    private bool IsKey => Pattern.StartsWith("/keys", StringComparison.Ordinal);

    public override string ToString() => $"{Method} {Pattern}";
}
