using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Somebody who has never seen it, from the printed link to who did what.</summary>
[Collection(Alone.Name)]
public sealed class FirstDeployGoals(Chromium chromium)
{
    [Fact]
    public async Task From_the_printed_link_a_first_deploy_is_held_watched_and_found_in_the_audit()
    {
        string database = await TestServer.CreateDatabaseAsync();
        IBrowser browser = await chromium.BrowserAsync();
        var watch = Stopwatch.StartNew();
        await using ServerProcess server = ServerProcess.Start(database);
        await server.ReadyAsync();
        string link = server.Said.Single(line => line.Contains("/admin/setup#", StringComparison.Ordinal)).Trim('|', ' ');

        await using IBrowserContext context = await browser.NewContextAsync(new() { Locale = "en-GB" });
        IPage page = await context.NewPageAsync();
        var complaints = new ConcurrentQueue<string>();
        page.Console += (_, message) => { if (message.Type is "error" or "warning") complaints.Enqueue(message.Text); };
        await AuthenticatorAsync(page);
        await page.GotoAsync(link);
        string key = await SetUpAsync(page);
        double first = await SwitchAsync(page, watch);
        await DeployAsync(page, server.Address, key);

        await page.GetByRole(AriaRole.Link, new() { Name = "Audit", Exact = true }).ClickAsync();
        ILocator rows = page.Locator("#rows");
        foreach (string words in new[] { "key deploys", "release 42", "anna", "jobs_processing" })
            await Assertions.Expect(rows).ToContainTextAsync(words);
        double whole = watch.Elapsed.TotalMilliseconds;
        Goal.Time(12, "start, link, passkey, first change", first, 60_000);
        Goal.Time(12, "... and a deploy held over REST, watched, found in the audit", whole, 60_000);
        Assert.True(whole < 60_000, $"It took {whole / 1_000:0} s");
        Assert.Empty(complaints);
        await SignInAgainAsync(page);
    }

    /// <summary>Through the passkey to the key for the pipeline.</summary>
    private static async Task<string> SetUpAsync(IPage page)
    {
        await page.Locator("#name").FillAsync("anna");
        await page.Locator("#email").FillAsync("anna@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Key for your deploys");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        return await page.Locator("#code-secret").InnerTextAsync();
    }

    private static async Task<double> SwitchAsync(IPage page, Stopwatch watch)
    {
        await page.GetByText("Go to features").ClickAsync();
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" });
        await button.ClickAsync();
        // A message stays while somebody points at it.
        await page.Locator(".toast").HoverAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "false");
        double first = watch.Elapsed.TotalMilliseconds;
        await page.Locator(".toast button").ClickAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "true");
        return first;
    }

    /// <summary>A job is inside while the pipeline holds; both speak REST, the page only watches.</summary>
    private static async Task DeployAsync(IPage page, Uri address, string key)
    {
        using var job = new HttpClient { BaseAddress = address };
        job.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.AdminKey);
        using var pipeline = new HttpClient { BaseAddress = address };
        pipeline.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        JsonElement lease = await PostAsync(job, "/api/v1/features/jobs_processing/leases", new { holder = "ImportOrders" });
        JsonElement hold = await PostAsync(pipeline, "/api/v1/holds", new { features = new[] { "jobs_processing" }, reason = "release 42", holder = "ci run 1" });
        string id = hold.GetProperty("id").GetString()!;

        await Assertions.Expect(page.Locator($"#bar-{id}")).ToContainTextAsync("1 job inside");
        await page.GetByRole(AriaRole.Link, new() { Name = "Deploys", Exact = true }).ClickAsync();
        ILocator card = page.Locator($"#h-{id}");
        await Assertions.Expect(card).ToContainTextAsync("Held, draining");
        await Assertions.Expect(card).ToContainTextAsync("ImportOrders");
        await DeleteAsync(job, $"/api/v1/leases/{lease.GetProperty("id").GetString()}?token={lease.GetProperty("token").GetInt64()}");
        using HttpResponseMessage drained = await pipeline.GetAsync($"/api/v1/holds/{id}/drained?wait=20s");
        Assert.Equal(HttpStatusCode.OK, drained.StatusCode);
        await Assertions.Expect(card).ToContainTextAsync("Held, drained");
        await Assertions.Expect(card).ToContainTextAsync("1 left");
        await DeleteAsync(pipeline, "/api/v1/holds/" + id);
        await Assertions.Expect(card).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#past-holds")).ToContainTextAsync("released");
    }

    private static async Task SignInAgainAsync(IPage page)
    {
        await page.Locator(".menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await page.ArrivesAsync("/admin/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Features");
        Goal.Record(12, "clicks to sign in with a passkey", "1", "<= 2", true);
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using HttpResponseMessage answer = await client.PostAsJsonAsync(path, body);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task DeleteAsync(HttpClient client, string path)
    {
        using HttpResponseMessage answer = await client.DeleteAsync(path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task AuthenticatorAsync(IPage page)
    {
        ICDPSession wire = await page.Context.NewCDPSessionAsync(page);
        await wire.SendAsync("WebAuthn.enable");
        await wire.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object> { ["protocol"] = "ctap2", ["transport"] = "internal", ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true },
        });
    }
}
