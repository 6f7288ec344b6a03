using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>What the script adds.</summary>
public sealed class LiveTests(AdminServer admin, Chromium chromium)
{
    [Fact]
    public async Task A_switch_is_one_click_without_a_page_load_and_is_undone_from_the_toast()
    {
        await admin.Server.CreateAsync("live_switch");
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features?search=live_switch");
        await page.EvaluateAsync("window.same = 1");
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = "live_switch" });
        await button.ClickAsync();
        // A message stays while somebody points at it.
        await page.Locator(".toast").HoverAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "true");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("live_switch is on for everyone.");
        await Assertions.Expect(button).ToBeFocusedAsync();
        Assert.EndsWith("/admin/features?search=live_switch", page.Url, StringComparison.Ordinal);
        await page.Locator(".toast button").ClickAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "false");
        Assert.Equal(1, await page.EvaluateAsync<int>("window.same"));
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Changes_of_others_appear_and_what_is_typed_stays()
    {
        await admin.Server.CreateAsync("live_other");
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features/live_other");
        await page.Locator("#i-percentage-actors").FillAsync("33");
        await page.Locator("#properties").FillAsync("plan=pro");
        await admin.Server.Store.PatchGatesAsync(ServerSteps.Key, "live_other", new GatesPatch { Actors = new SetPatch { Add = ["User;77"] } }, WriteOptions.None, CancellationToken.None);
        await Assertions.Expect(page.Locator("#g-actors .chips")).ToContainTextAsync("User;77");
        await Assertions.Expect(page.Locator("#feature-head .state")).ToHaveTextAsync("Partly on");
        await Assertions.Expect(page.Locator("#i-percentage-actors")).ToHaveValueAsync("33");
        await Assertions.Expect(page.Locator("#properties")).ToHaveValueAsync("plan=pro");
        await Assertions.Expect(page.Locator("#g-percentage-actors")).ToContainTextAsync("Somebody changed this just now.");
        await page.Locator("#i-percentage-actors").PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync("Not changed: live_other changed meanwhile");
        await page.Locator("dialog button").ClickAsync();
        await Assertions.Expect(page.Locator("#feature-head")).ToContainTextAsync("33 % of actors");
        // The console may note the 409 that the dialog tells of.
        Assert.DoesNotContain(complaints, c => !c.Contains("409", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dialog_asks_for_the_name_and_gives_the_focus_back()
    {
        await admin.Server.CreateAsync("live_ask", null, new CreateFeature { Name = "", Protected = true, Enabled = true });
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, _) = await context.OpenAsync("/admin/features/live_ask");
        await page.Locator("#turn-off").ClickAsync();
        await Assertions.Expect(page.Locator("#ask-confirm")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#turn-off")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Locator("#ask-confirm").FillAsync("live_as");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#ask-wrong")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#ask-confirm")).ToBeFocusedAsync();
        await page.Locator("#ask-confirm").FillAsync("live_ask");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#feature-head .state")).ToHaveTextAsync("Off");
    }

    [Fact]
    public async Task Search_replaces_results_as_one_types_and_keeps_the_field()
    {
        await admin.Server.CreateAsync("live_search_one");
        await admin.Server.CreateAsync("live_search_two");
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, _) = await context.OpenAsync("/admin/features");
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("live_search_t");
        await Assertions.Expect(page.Locator("#rows tr")).ToHaveCountAsync(1);
        await page.Keyboard.TypeAsync("hree");
        await Assertions.Expect(page.Locator("#results")).ToContainTextAsync("Nothing matches “live_search_three”");
        Assert.EndsWith("?search=live_search_three", page.Url, StringComparison.Ordinal);
        await Assertions.Expect(page.Locator("#search")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_code_of_the_set_up_link_leaves_the_address()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, null);
        (IPage page, _) = await context.OpenAsync($"{server.Address}admin/setup#{await server.NewSetUpCodeAsync()}");
        Assert.Matches("^[0-9A-Za-z]{24}$", await page.Locator("#code").InputValueAsync());
        Assert.EndsWith("/admin/setup", page.Url, StringComparison.Ordinal);
        await page.Locator("#name").FillAsync("anna");
        await page.Locator("#email").FillAsync("anna@example.org");
        await page.Locator("#passphrase").FillAsync(AdminServer.Passphrase);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Key for your deploys");
        await page.GetByText("Go to features").ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" })).ToHaveAttributeAsync("aria-checked", "true");
    }

    [Fact]
    public async Task A_server_that_is_gone_is_said_and_its_return_is_noticed()
    {
        TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, null);
        (IPage page, _) = await context.OpenAsync($"{server.Address}admin/sign-in");
        await page.Locator("#email").FillAsync("anna@example.org");
        await page.Locator("#passphrase").FillAsync(AdminServer.Passphrase);
        await page.Keyboard.PressAsync("Enter");
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" });
        await page.ArrivesAsync("/admin/features");
        Uri address = server.Address;
        await server.DisposeAsync();
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("Live updates are paused");
        await button.ClickAsync();
        await Assertions.Expect(page.Locator(".toast.bad")).ToContainTextAsync("Not changed: the server did not answer.");
        await using TestServer back = await ServerSteps.StartAsync(server.ConnectionString, ("urls", $"http://127.0.0.1:{address.Port}"));
        // Between two tries it waits for as long as the outage has lasted, up to half a minute.
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await button.ClickAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "false");
    }
}
