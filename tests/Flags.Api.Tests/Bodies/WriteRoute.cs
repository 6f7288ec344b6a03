namespace Flags.Api.Tests;

/// <summary>A route that takes a body, and everything wrong that can be put into it.</summary>
/// <param name="Name">Method and path; <c>NAME</c> is a feature that exists, <c>OPEN</c> one that is on, <c>KEYID</c> a key, <c>HOLDID</c> and <c>LEASEID</c> live ones, <c>UUID</c> and <c>FREEKEY</c> a new id, <c>LIVECLAIM</c>, <c>DONECLAIM</c> and <c>GONECLAIM</c> the key's own claims.</param>
/// <param name="Valid">A body that is accepted.</param>
/// <param name="Wrong">Member and a value that it cannot have, as <c>member=json</c>.</param>
/// <param name="Text">A body with a text marked <c>@</c> that is stored; null when none is.</param>
/// <param name="Optional">Whether the body may be absent.</param>
/// <param name="Most">The most bytes.</param>
public sealed record WriteRoute(string Name, string Valid, string Wrong, string? Text = null, bool Optional = false, int Most = 262_144)
{
    private const string Texts = "=1;=true;=[];={}", Sets = "=1;=\"x\";={};=[1];=[[]];=[null];=[\"a\",null]";

    private const string Durations = "=-1;=\"soon\";=true;=1e400;=0;=\"25h\";={};=[]";

    private static readonly string Hold = Of("features", Sets + ";=null;=[];=[\"\"]") + Of("reason", Texts + ";=null;=\"\";=\"  \"") + Of("ttl", Durations + ";=\"31m\"") + Of("maxDuration", Durations)
        + Of("exclusive", "=1;=\"true\";=[]") + Of("url", Texts + ";=\"\";=\"example.org\";=\"javascript:alert(1)\";=\"ftp://x/\"") + Of("holder", Texts + ";=\"\"");

    private static readonly string Enter = Of("ttl", Durations + ";=\"16m\"") + Of("holder", Texts + ";=\"\"") + Of("actor", "=1;=true;=[];={\"id\":1};={\"typo\":1};={\"properties\":[]};={\"groups\":[null]}") + Of("parent", "=1;=\"x\";={}") + Of("takeover", "=1;=\"true\";=[]");

    private static readonly string Workers = Of("role", Texts + ";=null;=\"\"") + Of("version", Texts) + Of("exceptVersion", Texts) + Of("id", Texts);

    public static IReadOnlyList<WriteRoute> All { get; } =
    [
        new("POST /features", """{"name":"NEW"}""",
            Of("name", Texts + ";=null") + Of("description", Texts) + Of("tags", Sets) + Of("owner", Texts) + Of("limit", "=\"1\";=1.5;=1e10;=true;=[]") + Of("protected", "=1;=\"true\";=[]") + Of("enabled", "=0;=\"false\";={}"),
            """{"name":"NEW","description":"@"}"""),
        new("PATCH /features/NAME", """{"description":"x"}""",
            Of("description", Texts) + Of("tags", Sets) + Of("owner", Texts) + Of("limit", "=\"1\";=1.5;=1e10;=true;=[]") + Of("protected", "=1;=\"true\";=[]")
            + Of("expiresAt", "=1;=\"soon\";=\"2026-13-01T00:00:00Z\";=\"0001-01-01T00:00:00+14:00\";=\"9999-12-31T23:59:59-14:00\";=[]"),
            """{"description":"@"}"""),
        new("POST /features/NAME/enable", """{"reason":"x"}""", Of("reason", Texts), """{"reason":"@"}""", Optional: true),
        new("POST /features/NAME/disable", """{"reason":"x"}""", Of("reason", Texts), """{"reason":"@"}""", Optional: true),
        new("PATCH /features/NAME/gates", """{"actors":{"add":["User;1"]}}""",
            Of("boolean", "=1;=\"true\";=[]") + Of("actors", "=1;=[];=[\"User;1\"];=\"x\"") + Of("actors.add", Sets) + Of("actors.remove", Sets) + Of("groups.add", Sets) + Of("deniedActors.add", Sets) + Of("deniedGroups.remove", Sets)
            + Percentages("percentageOfActors") + Percentages("percentageOfTime") + Of("expression", "=1;=\"x\";=[];={};={\"Nope\":[1]};={\"Equal\":[1]};={\"Time\":[\"soon\"]}"),
            """{"actors":{"add":["@"]}}""", Most: 5_242_880),
        new("PUT /features/NAME/gates", """{"actors":["User;1"]}""",
            Of("boolean", "=1;=\"true\";=null") + Of("actors", Sets + ";=null") + Of("groups", Sets + ";=null") + Of("deniedActors", Sets + ";=null") + Of("deniedGroups", Sets + ";=null")
            + Percentages("percentageOfActors") + Percentages("percentageOfTime") + Of("expression", "=1;=\"x\";=[];={}"),
            """{"actors":["@"]}""", Most: 5_242_880),
        new("POST /features/NAME/revert", """{"version":VERSION}""", Of("version", "=\"1\";=1.5;=1e30;=null;=[]"), """{"version":VERSION,"reason":"@"}"""),
        new("POST /features/NAME/evaluate", """{"actors":[{"id":"User;1"}]}""",
            Of("actors", "=1;={};=\"x\";=[1];=[null];=[[]];=[{\"id\":1}];=[{\"properties\":[]}];=[{\"groups\":[1]}];=[{\"groups\":[null]}];=[{\"typo\":1}]"), Optional: true),
        new("POST /usage", """{"counts":[{"feature":"NAME","on":1,"off":0}]}""",
            Of("counts", "=1;=null;={};=[null];=[1];=[{}];=[{\"feature\":null,\"on\":1,\"off\":1}];=[{\"feature\":\"x\",\"on\":\"1\",\"off\":1}];=[{\"feature\":\"x\",\"on\":1.5,\"off\":1}]")),
        new("POST /import", """{"version":1,"features":{"NAME":{"actors":["User;1"]}}}""",
            Of("features", "=1;=null;=\"x\";=[1];=[null];=[{}];={\"NAME\":1};={\"NAME\":null};={\"NAME\":{\"actors\":[null]}};={\"NAME\":{\"actors\":1}};={\"NAME\":{\"typo\":1}};={\"NAME\":{\"expression\":1}};={\"NAME\":{\"percentage_of_time\":\"x\"}};={\"\":{}}"),
            """{"version":1,"features":{"NAME":{"actors":["@"]}}}""", Most: 16_777_216),
        new("PUT /holds/UUID", """{"features":["NAME"],"reason":"x"}""", Hold, """{"features":["NAME"],"reason":"x","holder":"@"}"""),
        new("POST /holds", """{"features":["NAME"],"reason":"x"}""", Hold, """{"features":["NAME"],"reason":"@"}"""),
        new("POST /holds/HOLDID/extend", """{"token":HOLDTOKEN}""", Of("token", "=\"1\";=1.5;=null;=[];=1e30") + Of("ttl", Durations + ";=\"31m\"")),
        new("POST /holds/HOLDID/revoke-leases", """{"reason":"x"}""", Of("reason", Texts), """{"reason":"@"}""", Optional: true),
        new("POST /holds/HOLDID/force-release", """{"reason":"x"}""", Of("reason", Texts + ";=null;=\"\""), """{"reason":"@"}"""),
        new("POST /recovery/waive", """{"reason":"x"}""", Of("reason", Texts + ";=null;=\"\""), """{"reason":"@"}"""),
        new("PUT /features/OPEN/leases/UUID", """{"ttl":"30s"}""", Enter, """{"actor":"@"}""", Optional: true),
        new("POST /features/OPEN/leases", """{"ttl":"30s"}""", Enter, """{"holder":"@"}""", Optional: true),
        new("POST /leases/LEASEID/renew", """{"token":LEASETOKEN}""", Of("token", "=\"1\";=1.5;=null;=[];=1e30") + Of("ttl", Durations + ";=\"16m\"")),
        new("POST /leases/renew", """{"leases":[{"id":"LEASEID","token":LEASETOKEN}]}""", Of("leases", "=1;=null;={};=[null];=[1];=[{}];=[{\"id\":1,\"token\":1}];=[{\"id\":\"x\",\"token\":1}];=[{\"id\":\"9d2c1a52-0c1f-4f0e-8a57-3f3d6c0b9e11\",\"token\":\"1\"}]") + Of("ttl", Durations + ";=\"16m\"")),
        new("PUT /claims/FREEKEY", """{"ttl":"30s"}""", Of("owner", Texts + ";=\"\"") + Of("ttl", Durations) + Of("keep", "=-1;=\"soon\";=true;=1e400;=0;=\"31d\";={};=[]") + Of("mode", Texts + ";=\"onec\";=\"\""), """{"owner":"@"}""", Optional: true),
        new("POST /claims/DONECLAIM/complete", """{"token":DONETOKEN}""", Of("token", "=\"1\";=1.5;=null;=[];=1e30")),
        new("POST /claims/LIVECLAIM/renew", """{"token":LIVETOKEN}""", Of("token", "=\"1\";=1.5;=null;=[];=1e30") + Of("ttl", Durations)),
        new("POST /claims/GONECLAIM/abandon", """{"token":GONETOKEN}""", Of("token", "=\"1\";=1.5;=null;=[];=1e30")),
        new("PUT /workers/UUID", """{"role":"bot","version":"v1","state":"ready"}""",
            Of("role", Texts + ";=null;=\"\";=\"  \"") + Of("version", Texts + ";=null;=\"\"") + Of("state", Texts + ";=null;=\"\";=\"Ready\";=\"lost\"") + Of("host", Texts) + Of("leases", "=\"1\";=1.5;=-1;=10001;=true;=[]"),
            """{"role":"bot","version":"v1","state":"ready","host":"@"}"""),
        new("POST /workers/quiet", """{"role":"nobody"}""", Workers, """{"role":"@"}"""),
        new("POST /workers/terminate", """{"role":"nobody"}""", Workers, """{"role":"nobody","version":"@"}"""),
        new("POST /keys", """{"name":"x","permissions":["read"]}""",
            Of("name", Texts + ";=null;=\"\";=\"  \"") + Of("permissions", Sets + ";=null;=[];=[\"Read\"];=[\"nothing\"]") + Of("pattern", Texts + ";=\"\"") + Of("expiresIn", "=-1;=0;=\"soon\";=true;=1e400;=\"11y\";={}"),
            """{"name":"@","permissions":["read"]}"""),
        new("PATCH /keys/KEYID", """{"name":"x"}""", Of("name", Texts + ";=null;=\"\""), """{"name":"@"}"""),
        new("POST /keys/KEYID/rotate", """{"keepOldFor":"1h"}""", Of("keepOldFor", "=-1;=\"soon\";=true;=1e400;=\"31d\";={}"), Optional: true),
    ];

    /// <summary>Body and the member that the refusal must name.</summary>
    public IEnumerable<(string Json, string Member)> Wrongs() => Wrong.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        string[] parts = line.Split('=', 2);
        string[] path = parts[0].Split('.');
        string json = path.Length == 1 ? parts[1] : $$"""{"{{path[1]}}":{{parts[1]}}}""";
        return (With(path[0], json), path[0]);
    });

    /// <summary>The valid body with one member replaced or added.</summary>
    private string With(string member, string json)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse(Valid.Replace("VERSION", "1").Replace("HOLDTOKEN", "1").Replace("LEASETOKEN", "1").Replace("DONETOKEN", "1").Replace("LIVETOKEN", "1").Replace("GONETOKEN", "1"))!.AsObject();
        body.Remove(member);
        string rest = body.ToJsonString()[1..^1];
        return $$"""{"{{member}}":{{json}}{{(rest.Length > 0 ? "," : "")}}{{rest}}}""";
    }

    public override string ToString() => Name;

    private static string Of(string member, string values) => string.Concat(values.Split(";=").Select(value => $"{member}={value.TrimStart('=')}\n"));

    private static string Percentages(string member) => Of(member, "=\"25\";=true;=[];=-1;=100.5;=1e400;=-0.001");
}
