using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

public sealed class OpenApiTests(Api api)
{
    [Fact]
    public async Task The_document_is_OpenAPI_3_1_and_needs_no_key()
    {
        using HttpClient nobody = api.Server.Client(null);
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Get, "/openapi/v1.json", http: nobody);
        Assert.Equal(HttpStatusCode.OK, status);
        using JsonDocument document = JsonDocument.Parse(body);
        Assert.StartsWith("3.1", document.RootElement.GetProperty("openapi").GetString());
        Assert.Equal("bearer", document.RootElement.GetProperty("components").GetProperty("securitySchemes").GetProperty("key").GetProperty("scheme").GetString());
    }

    /// <summary>Making it takes the processor for a second, and needs no key: it is made once, so it cannot name the address that somebody asked by.</summary>
    [Fact]
    public async Task The_document_is_the_same_whoever_asks()
    {
        JsonElement document = await DocumentAsync();
        Assert.Equal("/", Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString());
        Task<byte[]> text = api.Server.Services.GetRequiredService<ApiDocument>().TextAsync();
        Assert.Same(await text, await api.Server.Services.GetRequiredService<ApiDocument>().TextAsync());
    }

    [Fact]
    public async Task Every_route_is_described_and_nothing_else()
    {
        JsonElement document = await DocumentAsync();
        string[] described = [.. Operations(document).Select(o => $"{o.Method} {o.Path}").Order()];
        Assert.Equal(Route.All.Select(r => $"{r.Method} /api/v1{r.Pattern}").Order(), described);
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_what_it_takes_and_what_it_answers()
    {
        JsonElement document = await DocumentAsync();
        var ids = new HashSet<string>();
        foreach ((string method, string path, JsonElement operation) in Operations(document))
        {
            string name = $"{method} {path}";
            Assert.True(operation.TryGetProperty("operationId", out JsonElement id) && ids.Add(id.GetString()!), $"{name}: operationId");
            Assert.True(operation.TryGetProperty("summary", out JsonElement summary) && summary.GetString()!.Length > 0, $"{name}: summary");
            Assert.True((operation.TryGetProperty("security", out JsonElement security) ? security : document.GetProperty("security")).GetArrayLength() > 0, $"{name}: security");
            if (WriteRoute.All.Any(w => Matches(w.Name, method, path)))
                Assert.True(HasSchema(operation.GetProperty("requestBody"), document), $"{name}: request schema");
            Assert.Equal(path.Count(c => c == '{'), PathParameters(operation));
            JsonElement[] answers = [.. operation.GetProperty("responses").EnumerateObject().Where(r => r.Name is "200" or "201" or "202").Select(r => r.Value)];
            Assert.True(answers.Length > 0 ? answers.All(a => HasSchema(a, document)) : operation.GetProperty("responses").TryGetProperty("204", out _), $"{name}: response schema");
            Assert.True(operation.GetProperty("responses").EnumerateObject().Any(r => r.Name[0] is '4' or 'd'), $"{name}: problems");
        }
    }

    public static TheoryData<string, string, string> Answers => new()
    {
        { "check", "actor group refuse", "204 404 423 429" },
        { "evaluate", "explain", "200" },
        { "listFeatures", "search tag state limit cursor", "200" },
        { "getHistory", "limit cursor", "200" },
        { "listAudit", "who what feature from to limit cursor", "200" },
        { "import", "mode dryRun", "200" },
        { "placeHold", "wait", "200 201 404 409 410" },
        { "createHold", "wait", "201 404 409" },
        { "listHolds", "feature active limit cursor", "200" },
        { "getHold", "", "200 404" },
        { "extendHold", "", "200 404 409 410" },
        { "getDrained", "wait refuse", "200 404 410 423 429" },
        { "releaseHold", "", "204 403" },
        { "revokeLeases", "", "202 403 404 410" },
        { "forceReleaseHold", "", "204 404 410" },
        { "waiveRecovery", "", "200" },
        { "enterFeature", "wait refuse", "200 201 403 404 409 410 422 423 429" },
        { "createLease", "wait refuse", "201 403 404 409 422 423 429" },
        { "renewLease", "", "200 410" },
        { "renewLeases", "", "200" },
        { "leaveFeature", "token", "204" },
        { "listLeases", "until wait refuse", "200 404 423 429" },
        { "claim", "refuse", "200 201 403 409 422 423 429" },
        { "getClaim", "", "200 403 404" },
        { "completeClaim", "", "200 403 404 409 410 413" },
        { "renewClaim", "", "200 403 404 409 410" },
        { "abandonClaim", "", "200 403 404 409" },
        { "heartbeat", "", "200 403 409" },
        { "listWorkers", "role version", "200 403" },
        { "getReadyWorkers", "role version min wait refuse", "200 403 423 429" },
        { "quietWorkers", "", "200 403" },
        { "terminateWorkers", "", "200 403" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task Query_parameters_and_the_answers_of_its_own_are_described(string id, string query, string statuses)
    {
        JsonElement document = await DocumentAsync(), operation = Operations(document).Single(o => o.Operation.GetProperty("operationId").GetString() == id).Operation;
        JsonElement[] parameters = [.. (operation.TryGetProperty("parameters", out JsonElement all) ? all.EnumerateArray().ToArray() : []).Where(p => p.GetProperty("in").GetString() == "query")];
        Assert.Equal(query, string.Join(' ', parameters.Select(p => p.GetProperty("name").GetString())));
        Assert.All(parameters, parameter => Assert.NotEmpty(parameter.GetProperty("description").GetString()!));
        JsonProperty[] answers = [.. operation.GetProperty("responses").EnumerateObject().Where(r => r.Name != "default")];
        Assert.Equal(statuses, string.Join(' ', answers.Select(r => r.Name).Order()));
        foreach (JsonProperty refusal in answers.Where(r => r.Name[0] == '4'))
            Assert.EndsWith("/Problem", refusal.Value.GetProperty("content").GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString());
    }

    [Fact]
    public async Task Text_and_headers_of_granted_answers_are_described()
    {
        JsonElement document = await DocumentAsync();
        foreach ((string id, string status) in ((string, string)[])[("placeHold", "201"), ("placeHold", "200"), ("createLease", "201"), ("enterFeature", "200")])
        {
            JsonElement answer = Operations(document).Single(o => o.Operation.GetProperty("operationId").GetString() == id).Operation.GetProperty("responses").GetProperty(status);
            Assert.Equal("The bare token.", answer.GetProperty("content").GetProperty("text/plain").GetProperty("schema").GetProperty("description").GetString());
            Assert.True(answer.GetProperty("headers").TryGetProperty("Flags-Token", out _) && answer.GetProperty("headers").TryGetProperty("Flags-Expires-In", out _));
        }
    }

    private static bool Matches(string write, string method, string path) => write.Replace("NAME", "{name}").Replace("KEYID", "{id}").Replace("HOLDID", "{id}").Replace("LEASEID", "{id}").Replace("UUID", "{id}").Replace("OPEN", "{name}").Replace("FREEKEY", "{key}").Replace("LIVECLAIM", "{key}").Replace("DONECLAIM", "{key}").Replace("GONECLAIM", "{key}") == $"{method} {path["/api/v1".Length..]}";

    private static int PathParameters(JsonElement operation) =>
        operation.TryGetProperty("parameters", out JsonElement parameters) ? parameters.EnumerateArray().Count(p => p.GetProperty("in").GetString() == "path") : 0;

    /// <summary>A schema that says something, behind references that lead somewhere.</summary>
    private static bool HasSchema(JsonElement holder, JsonElement document)
    {
        if (!holder.TryGetProperty("content", out JsonElement content))
            return false;
        foreach (JsonProperty media in content.EnumerateObject())
        {
            if (!media.Value.TryGetProperty("schema", out JsonElement schema))
                return false;
            if (schema.TryGetProperty("$ref", out JsonElement reference))
                schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
            if (!schema.EnumerateObject().Any())
                return false;
        }

        return true;
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using JsonDocument document = JsonDocument.Parse((await api.SendAsync(HttpMethod.Get, "/openapi/v1.json")).Body);
        return document.RootElement.Clone();
    }

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(o => (o.Name.ToUpperInvariant(), path.Name, o.Value)));
}
