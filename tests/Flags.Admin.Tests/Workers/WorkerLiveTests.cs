using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>A hand-over watched in a browser, with a script and without, and texts that mean harm.</summary>
public sealed class WorkerLiveTests(AdminServer admin, Chromium chromium)
{
    [Fact]
    public async Task A_hand_over_is_watched_and_ended_without_a_reload()
    {
        await admin.Server.BeatAsync("live-old", "live", "v1", "ready", 1);
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, "sam");
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("w");
        await page.ArrivesAsync("/admin/workers");
        await page.EvaluateAsync("window.same = 1");
        await page.Locator("#role").SelectOptionAsync("live");
        await Assertions.Expect(page.Locator("#counts")).ToContainTextAsync("1 ready");
        await admin.Server.BeatAsync("live-new", "live", "v2", "starting");
        await Assertions.Expect(page.Locator("#rows")).ToContainTextAsync("live-new");
        await admin.Server.BeatAsync("live-new", "live", "v2", "ready");
        await Assertions.Expect(page.Locator("#counts")).ToContainTextAsync("2 ready");
        await page.Locator("#tell-role").SelectOptionAsync("live");
        await page.Locator("#tell-except").SelectOptionAsync("v2");
        await page.Locator("#tell-quiet").ClickAsync();
        await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync("Quiet all of live but v2?");
        await page.Locator("dialog").GetByRole(AriaRole.Button, new() { Name = "Quiet" }).ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("told to be quiet");
        await Assertions.Expect(page.Locator("#w-" + WorkerWords.Key("live-old"))).ToContainTextAsync("told to be quiet");
        Assert.Equal("quiet", await admin.Server.BeatAsync("live-old", "live", "v1", "quiet"));
        await Assertions.Expect(page.Locator("#w-" + WorkerWords.Key("live-old"))).ToContainTextAsync("◐ quiet");
        await admin.Server.BeatAsync("live-old", "live", "v1", "stopped");
        await Assertions.Expect(page.Locator("#w-" + WorkerWords.Key("live-old"))).ToHaveCountAsync(0);
        Assert.Equal(1, await page.EvaluateAsync<int>("window.same"));
        // The console may note the 428 that asks.
        Assert.DoesNotContain(complaints, c => !c.Contains("428", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_claim_is_followed_until_it_is_done()
    {
        long token = await admin.Server.TakeAsync("live:1", TimeSpan.FromMinutes(10));
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, "vera");
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/claims");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("live:1");
        await page.Keyboard.PressAsync("Enter");
        await page.ArrivesAsync("key=live");
        await Assertions.Expect(page.Locator("#claim-card .state")).ToHaveTextAsync("Claimed");
        await admin.Server.Claims.CompleteAsync(SampleWorkers.Bot, "live:1", token, "{\"answer\":42}", CancellationToken.None);
        await Assertions.Expect(page.Locator("#claim-card .state")).ToHaveTextAsync("Done");
        await Assertions.Expect(page.Locator("#code-result")).ToHaveTextAsync("{ \"answer\": 42 }");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Everything_is_done_without_a_script()
    {
        await admin.Server.BeatAsync("plain-1", "plain", "v1", "ready");
        await admin.Server.TakeAsync("plain:1", TimeSpan.FromHours(1));
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, "sam", script: false);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/workers");
        await page.Locator("#role").SelectOptionAsync("plain");
        await page.GetByRole(AriaRole.Button, new() { Name = "Filter" }).ClickAsync();
        await Assertions.Expect(page.Locator("#rows tr")).ToHaveCountAsync(1);
        await page.Locator("#t-" + WorkerWords.Key("plain-1")).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Quiet" }).ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("plain-1 is told to be quiet");
        await page.Locator("#t-" + WorkerWords.Key("plain-1")).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Terminate" }).ClickAsync();
        await Assertions.Expect(page.Locator("#rows")).ToContainTextAsync("told to end");
        await page.GetByText("Look up a claim").ClickAsync();
        await page.Locator("#key").FillAsync("plain:1");
        await page.Locator("#key").PressAsync("Enter");
        await page.Locator("#abandon").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Abandon" }).ClickAsync();
        await Assertions.Expect(page.Locator("#claim-card .state")).ToHaveTextAsync("Given back");
        Assert.DoesNotContain(complaints, c => !c.Contains("status of 4", StringComparison.Ordinal));
        Goal.Record(7, "workers told, a claim abandoned, scripts off", "done", "done", true);
    }

    [Fact]
    public async Task Hostile_ids_roles_versions_keys_and_results_stay_texts()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await using var beating = new Beating(server);
        await server.AddPersonAsync("anna", "admin");
        using PageClient client = await server.SignInAsync();
        string[][] expected = await KindsAsync(server, client, "plain text");
        foreach (string text in HostileTextTests.Seeds)
            Assert.Equal(expected, await KindsAsync(server, client, text));
        await using IBrowserContext context = await chromium.ContextAsync(server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/workers");
        await Assertions.Expect(page.Locator("#rows tr")).ToHaveCountAsync(HostileTextTests.Seeds.Length + 1);
        foreach (string text in HostileTextTests.Seeds.Take(4))
        {
            await page.GotoAsync("/admin/workers?role=" + Uri.EscapeDataString(text));
            await page.Locator("#t-" + WorkerWords.Key("w" + text)).ClickAsync();
            await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync(text);
            await page.GotoAsync("/admin/claims?key=" + Uri.EscapeDataString(text));
            await Assertions.Expect(page.Locator("#claim-card h2")).ToHaveTextAsync(text);
        }

        Assert.DoesNotContain(complaints, c => !c.Contains("428", StringComparison.Ordinal));
        Goal.Record(10, "hostile texts on workers and claims", $"{HostileTextTests.Seeds.Length} texts, no node more", "all", true);
    }

    /// <summary>Which kinds of elements the pages have: a text that became markup would add one.</summary>
    private static async Task<string[][]> KindsAsync(TestServer server, PageClient client, string text)
    {
        await server.BeatAsync("w" + text, text, text, "ready", 1, text);
        string result = System.Text.Json.JsonSerializer.Serialize(text, JsonOptions);
        await server.Claims.CompleteAsync(SampleWorkers.Bot, text, await server.TakeAsync(text, owner: text), result, CancellationToken.None);
        string escaped = Uri.EscapeDataString(text);
        var kinds = new List<string[]>();
        foreach (string path in new[] { "/admin/workers?role=" + escaped, $"/admin/workers?role={escaped}&version=none{escaped}", "/admin/claims?key=" + escaped, "/admin/claims?key=none" + escaped })
            kinds.Add([.. (await client.GetAsync(path)).Document.All.Select(e => e.LocalName).Distinct().Order()]);
        return [.. kinds];
    }

    private static readonly System.Text.Json.JsonSerializerOptions JsonOptions = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
