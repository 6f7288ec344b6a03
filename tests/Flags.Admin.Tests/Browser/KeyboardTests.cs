using Flags.Core;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Keys, the palette, and signing in again without losing the page.</summary>
public sealed class KeyboardTests(AdminServer admin, Chromium chromium)
{
    [Fact]
    public async Task Keys_lead_everywhere_and_do_nothing_while_somebody_types()
    {
        await admin.Server.CreateAsync("keys_first");
        await admin.Server.CreateAsync("keys_second");
        // Nobody else's: "u" takes back what this person did last, wherever that was.
        await admin.Server.AddPersonAsync("keyra", "admin");
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, "keyra");
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features?search=keys_");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("d");
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Deploys");
        await page.GotoAsync("/admin/features?search=keys_");
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.Locator("#search")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("gd");
        await Assertions.Expect(page.Locator("#no-match")).ToBeVisibleAsync();
        await page.GotoAsync("/admin/features?search=keys_");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "keys_first" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync(" ");
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = "keys_first" })).ToHaveAttributeAsync("aria-checked", "true");
        await page.Keyboard.PressAsync("u");
        await Assertions.Expect(page.GetByRole(AriaRole.Switch, new() { Name = "keys_first" })).ToHaveAttributeAsync("aria-checked", "false");
        await page.GetByRole(AriaRole.Link, new() { Name = "keys_second" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.ArrivesAsync("/keys_second$");
        await page.Keyboard.PressAsync("e");
        await Assertions.Expect(page.Locator("#actor")).ToBeFocusedAsync();
        await page.Locator("#main").FocusAsync();
        await page.Keyboard.PressAsync("h");
        await Assertions.Expect(page.Locator("#history")).ToBeFocusedAsync();
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task Single_keys_can_be_switched_off_and_the_palette_stays()
    {
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, _) = await context.OpenAsync("/admin/me");
        await page.Locator("#keys").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.Locator("[role=status].note")).ToHaveTextAsync("Saved for this browser.");
        await page.GotoAsync("/admin/features");
        await page.Keyboard.PressAsync("/");
        await Assertions.Expect(page.Locator("#search")).Not.ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(page.Locator("dialog #jump")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_palette_finds_features_and_acts_with_the_same_questions()
    {
        await admin.Server.CreateAsync("jump_plain");
        await admin.Server.CreateAsync("jump_safe", null, new CreateFeature { Name = "", Protected = true, Enabled = true });
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/deploys");
        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("#jump").FillAsync("jump_pl");
        await Assertions.Expect(page.Locator("#jumps li").First).ToContainTextAsync("jump_plain");
        await page.Keyboard.PressAsync("ArrowDown");
        await Assertions.Expect(page.Locator("#jumps a").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Assertions.Expect(page.Locator("#jump")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.ArrivesAsync("/jump_plain$");

        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("#jump").FillAsync("off jump_safe");
        await Assertions.Expect(page.Locator("#jumps li")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync("Type jump_safe to confirm");
        await page.Locator("#ask-confirm").FillAsync("jump_safe");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("jump_safe is off");
        await page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(page.Locator("#jump")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#jump-to")).ToBeFocusedAsync();
        // The console may note the 428 that asks.
        Assert.DoesNotContain(complaints, c => !c.Contains("428", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_was_signed_out_signs_in_on_the_page_and_loses_nothing()
    {
        // A server where nothing else happens: an event would ask to sign in before the click does.
        await using TestServer own = await ServerSteps.StartAsync();
        await own.AddPersonAsync("karla", "admin");
        await own.CreateAsync("door_dialog");
        await using IBrowserContext context = await chromium.ContextAsync(own, "karla");
        (IPage page, _) = await context.OpenAsync("/admin/features/door_dialog");
        await page.EvaluateAsync("window.same = 1");
        await page.Locator("#properties").FillAsync("plan=pro");
        await page.Locator("#i-percentage-actors").FillAsync("33");
        // A stream that is asked for later would be refused, and the page would ask to sign in before the click does.
        await page.HearsAsync();
        await context.ClearCookiesAsync();
        await page.Locator("#turn-on").ClickAsync();
        await page.Locator("dialog #email").FillAsync("karla@example.org");
        await page.Locator("dialog #passphrase").FillAsync("wrong but long enough");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync("The e-mail or passphrase is wrong.");
        await page.Locator("dialog #passphrase").FillAsync(AdminServer.Passphrase);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        Assert.False((await own.GatesAsync("door_dialog")).Boolean);
        await Assertions.Expect(page.Locator("#i-percentage-actors")).ToHaveValueAsync("33");
        await page.Locator("#turn-on").ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("door_dialog is on for everyone.");
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync();
        Assert.Equal(1, await page.EvaluateAsync<int>("window.same"));
    }
}
