using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Flags.Admin;

/// <summary>"Would they get it?" as somebody else asks it, with what was typed on the page.</summary>
internal static class SameQuestion
{
    private const string Example = "User;42";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyList<Snippet> Of(string address, string feature, string? actorId, string? properties)
    {
        string actor = string.IsNullOrEmpty(actorId) ? Example : actorId;
        IReadOnlyDictionary<string, JsonElement> read = PropertyText.Read(properties);
        return [new("curl", Curl(address, feature, actor, read)), new("flags", Cli(feature, actor, read)), new("C#", CSharp(address, feature, actor, read))];
    }

    private static string Curl(string address, string feature, string actor, IReadOnlyDictionary<string, JsonElement> properties)
    {
        var body = new JsonObject { ["id"] = actor };
        if (properties.Count > 0)
            body["properties"] = new JsonObject(properties.Select(p => KeyValuePair.Create(p.Key, JsonNode.Parse(p.Value.GetRawText()))));
        string json = new JsonObject { ["actors"] = new JsonArray(body) }.ToJsonString(Readable);
        return $"curl -fsS {HelpBlocks.Auth} \\\n  --json {Shell.Quoted(json)} \\\n  {Shell.Word($"{address}/api/v1/features/{Uri.EscapeDataString(feature)}/evaluate?explain=true")}";
    }

    private static string Cli(string feature, string actor, IReadOnlyDictionary<string, JsonElement> properties) =>
        $"{HelpBlocks.CliCheck(feature, actor)}{(properties.Count > 0 ? "\n# Properties: with curl or C#." : "")}";

    private static string CSharp(string address, string feature, string actor, IReadOnlyDictionary<string, JsonElement> properties)
    {
        string id = Shell.CSharp(actor);
        string asked = properties.Count == 0 ? $"new Actor({id})" : $$"""
            new Actor({{id}}, new Dictionary<string, JsonElement>
            {
            {{string.Join('\n', properties.Select(p => $"    [{Shell.CSharp(p.Key)}] = JsonElement.Parse({Shell.CSharp(p.Value.GetRawText())}),"))}}
            })
            """;
        return $"""
            {(properties.Count > 0 ? "using System.Text.Json;\n" : "")}using Flags.Client;
            using Flags.Core;

            await using FlagsClient flags = FlagsClient.Create(options => options.Url = {Shell.CSharp(address)});
            bool on = await flags.IsEnabledAsync({Shell.CSharp(feature)}, {asked});
            Console.WriteLine(on ? "on" : "off");
            """;
    }
}
