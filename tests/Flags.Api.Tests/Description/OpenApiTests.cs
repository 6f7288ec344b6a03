using System.Net;
using System.Text.Json;

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

    private static bool Matches(string write, string method, string path) => write.Replace("NAME", "{name}").Replace("KEYID", "{id}").Replace("HOLDID", "{id}").Replace("LEASEID", "{id}").Replace("UUID", "{id}").Replace("OPEN", "{name}") == $"{method} {path["/api/v1".Length..]}";

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
