using Flags.Core;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>A whole deploy without a mouse: placed, watched, extended, ended, found in the audit. Only keys that people have are pressed.</summary>
public sealed class KeyboardDeployGoals(DeployServer deploys, Chromium chromium) : IClassFixture<DeployServer>
{
    [Fact]
    public async Task A_whole_deploy_is_placed_watched_and_ended_by_keyboard_alone()
    {
        await deploys.CreateAsync("by_keyboard");
        LeaseToken job = await deploys.Server.EnterAsync("by_keyboard", "ImportOrders", "worker-3", TimeSpan.FromMinutes(15));
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features");
        await page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(page.Locator("#jump")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("hold by_keyboard");
        await Assertions.Expect(page.Locator("#jumps li").First).ToContainTextAsync("hold by_keyboard");
        await page.Keyboard.PressAsync("Enter");
        await page.ArrivesAsync("/admin/new-hold");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Place a hold");
        await TabAsync(page, "#reason");
        await page.Keyboard.TypeAsync("release 42");
        await page.Keyboard.PressAsync("Enter");

        await page.ArrivesAsync("/admin/deploys");
        ILocator card = page.Locator(".card.hold");
        await Assertions.Expect(card).ToContainTextAsync("0 of 1 has left");
        await Assertions.Expect(card).ToContainTextAsync("ImportOrders");
        await TabAsync(page, "[id^=extend-hold]");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("by_keyboard: held until");
        await deploys.Server.LeaveAsync(job);
        await Assertions.Expect(card).ToContainTextAsync("Held, drained");
        await Assertions.Expect(page.Locator("[id^=extend-hold]")).ToBeFocusedAsync();
        await TabAsync(page, "[id^=end-hold]");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#past-holds")).ToContainTextAsync("released");

        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("a");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Audit");
        foreach (string words in new[] { "anna (page)", "hold", "drained", "released", "release 42" })
            await Assertions.Expect(page.Locator("#rows")).ToContainTextAsync(words);
        Goal.Record(12, "a whole deploy by keyboard alone", "placed, watched, extended, ended", "done", true);
        Assert.Empty(complaints);
    }

    /// <summary>Tab, until what is wanted has the focus.</summary>
    private static async Task TabAsync(IPage page, string wanted)
    {
        for (int presses = 0; presses < 60; presses++)
        {
            if (await page.EvaluateAsync<bool>("s => document.activeElement?.matches(s) ?? false", wanted))
                return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"60 times Tab did not lead to {wanted}");
    }
}
