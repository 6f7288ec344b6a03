using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>OpenFeature's own JavaScript providers, and the blocks of docs/openfeature.md that set them up.</summary>
public sealed class OfrepProviderTests(Wired wired, ITestOutputHelper output) : IClassFixture<Wired>
{
    private const string Document = "openfeature.md";

    [Fact]
    public async Task The_server_provider_gets_values_reasons_and_errors()
    {
        await CreateAsync("new_checkout", """{"expression":{"Equal":[{"Property":["plan"]},"pro"]}}""");
        await CreateAsync("simple on", """{"boolean":true}""");
        string key = (await wired.Server.MintAsync("evaluate")).Key;
        await using NodeProgram node = NodeProgram.Start(
            NodeProgram.Block(Document, "js", "OFREPProvider(") + "console.log(JSON.stringify({ checkout }));\n" + NodeProgram.Harness("ask-server.js"), ("FLAGS_URL", wired.Server.Address.ToString().TrimEnd('/')), ("FLAGS_API_KEY", key));
        Assert.True((await node.NextAsync()).GetProperty("checkout").GetBoolean());
        Answered(await node.AskAsync(new { flag = "new_checkout", fallback = true, context = new { targetingKey = "User;7", plan = "basic" } }), false, "DEFAULT", "off");
        Answered(await node.AskAsync(new { flag = "new_checkout", fallback = true, context = new { plan = "pro" } }), true, "TARGETING_MATCH", "on");
        Answered(await node.AskAsync(new { flag = "simple on", fallback = false }), true, "STATIC", "on");
        JsonElement unknown = await node.AskAsync(new { flag = "no such", fallback = true });
        Assert.Equal((true, "FLAG_NOT_FOUND"), (unknown.GetProperty("value").GetBoolean(), unknown.GetProperty("errorCode").GetString()));

        string id = await HoldAsync("simple on");
        // Held is a value: the default in the code must not be taken.
        Answered(await node.AskAsync(new { flag = "simple on", fallback = true }), false, "STATIC", "off");
        await wired.ApiAsync("DELETE", $"/holds/{id}");
        Answered(await node.AskAsync(new { flag = "simple on", fallback = false }), true, "STATIC", "on");
    }

    [Fact]
    public async Task The_web_provider_follows_switches_holds_and_its_own_context()
    {
        await CreateAsync("web_checkout", "{}");
        await CreateAsync("web_plan", """{"expression":{"Equal":[{"Property":["plan"]},"pro"]}}""");
        string key = (await wired.Server.MintAsync("evaluate", "web_*")).Key;
        string block = NodeProgram.Block(Document, "js", "OFREPWebProvider(").Replace("'new_checkout'", "'web_plan'", StringComparison.Ordinal);
        await using NodeProgram node = NodeProgram.Start(
            $"globalThis.EventSource = (await import('eventsource')).EventSource;\nconst FLAGS_URL = process.env.FLAGS_URL, FLAGS_BROWSER_KEY = process.env.FLAGS_BROWSER_KEY;\n{block}{NodeProgram.Harness("ask-web.js")}",
            ("FLAGS_URL", wired.Server.Address.ToString().TrimEnd('/')), ("FLAGS_BROWSER_KEY", key));
        Assert.True((await node.NextAsync()).GetProperty("first").GetBoolean());
        Answered(await node.AskAsync(new { flag = "web_checkout", fallback = true }), false, "STATIC", "off");

        var since = Stopwatch.StartNew();
        await wired.FlipperAsync("POST", "/features/web_checkout/boolean");
        Answered(await FollowedAsync(node, "web_checkout", true), true, "STATIC", "on");
        output.WriteLine($"a switch reached the page after {since.ElapsedMilliseconds} ms");

        string id = await HoldAsync("web_checkout");
        Answered(await FollowedAsync(node, "web_checkout", false), false, "STATIC", "off");
        await wired.ApiAsync("DELETE", $"/holds/{id}");
        Answered(await FollowedAsync(node, "web_checkout", true), true, "STATIC", "on");

        Answered(await node.AskAsync(new { flag = "web_plan", fallback = false, context = new { targetingKey = "User;7", plan = "basic" } }), false, "DEFAULT", "off");
        Answered(await node.AskAsync(new { flag = "web_plan", fallback = false, context = new { targetingKey = "User;8", plan = "pro" } }), true, "TARGETING_MATCH", "on");
        JsonElement hidden = await node.AskAsync(new { flag = "jobs_processing", fallback = false });
        Assert.Equal("FLAG_NOT_FOUND", hidden.GetProperty("errorCode").GetString());
    }

    [Fact]
    public async Task The_blocks_for_curl_and_dotnet_say_what_the_server_answers()
    {
        await CreateAsync("new_checkout", """{"expression":{"Equal":[{"Property":["plan"]},"pro"]}}""");
        string key = (await wired.Server.MintAsync("evaluate")).Key, url = wired.Server.Address.ToString().TrimEnd('/');
        var start = new ProcessStartInfo("sh", ["-c", NodeProgram.Block(Document, "sh", "curl")]) { RedirectStandardOutput = true };
        (start.Environment["FLAGS_URL"], start.Environment["FLAGS_API_KEY"]) = (url, key);
        using Process curl = Process.Start(start)!;
        JsonElement got = JsonDocument.Parse(await curl.StandardOutput.ReadToEndAsync().WaitAsync(Eventually.Deadline)).RootElement;
        JsonElement told = JsonDocument.Parse(NodeProgram.Block(Document, "json", "new_checkout")).RootElement;
        foreach (JsonProperty member in told.EnumerateObject().Where(m => m.Name != "metadata"))
            Assert.Equal(member.Value.ToString(), got.GetProperty(member.Name).ToString());

        // As in the document, word for word.
        using var http = new HttpClient { BaseAddress = new Uri(url), DefaultRequestHeaders = { { "X-API-Key", key } } };
        using HttpResponseMessage answer = await http.PostAsJsonAsync("/ofrep/v1/evaluate/flags/new_checkout", new { context = new { targetingKey = "User;7", plan = "pro" } });
        bool checkout = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("value").GetBoolean();
        Assert.True(checkout);
        string[] block = NodeProgram.Block(Document, "csharp", "PostAsJsonAsync").TrimEnd('\n').Split('\n');
        string here = File.ReadAllText(Path.Combine(NodeProgram.Folder, "..", "Ofrep", "OfrepProviderTests.cs"));
        Assert.All(block, line => Assert.Contains(line, here));
    }

    private static void Answered(JsonElement details, bool value, string reason, string variant) =>
        Assert.Equal((value, reason, variant), (details.GetProperty("value").GetBoolean(), details.GetProperty("reason").GetString(), details.GetProperty("variant").GetString()));

    /// <summary>The answer after the page was told of a change; an earlier change may be told late, and then there is one more.</summary>
    private static async Task<JsonElement> FollowedAsync(NodeProgram node, string flag, bool value)
    {
        while (true)
        {
            JsonElement line = await node.NextAsync();
            if (!line.GetProperty("changed").EnumerateArray().Any(name => name.GetString() == flag))
                continue;
            JsonElement details = await node.AskAsync(new { flag, fallback = !value });
            if (details.GetProperty("value").GetBoolean() == value)
                return details;
        }
    }

    private async Task CreateAsync(string name, string gates)
    {
        await wired.FlipperAsync("POST", "/features", JsonSerializer.Serialize(new Dictionary<string, string> { ["name"] = name }));
        await wired.ApiAsync("PUT", $"/features/{Uri.EscapeDataString(name)}/gates", gates);
    }

    private async Task<string> HoldAsync(string name)
    {
        string id = Guid.NewGuid().ToString();
        await wired.ApiAsync("PUT", $"/holds/{id}", $$"""{"features":["{{name}}"],"reason":"v42"}""");
        return id;
    }
}
