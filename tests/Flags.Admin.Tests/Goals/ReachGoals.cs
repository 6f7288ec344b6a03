using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>How many clicks away things are, by mouse and by thumb.</summary>
public sealed class ReachGoals(DeployServer deploys, Chromium chromium) : IClassFixture<DeployServer>
{
    [Fact]
    public async Task What_is_needed_at_night_is_a_click_or_two_away()
    {
        await deploys.CreateAsync("reach_clicks");
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features");
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = "reach_clicks" });
        await button.ClickAsync();
        // A message stays while somebody points at it.
        await page.Locator(".toast").HoverAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "false");
        await page.Locator(".toast button").ClickAsync();
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "true");
        Goal.Record(11, "off or on; undo", "1; 1", "1; 1", true);

        await page.GotoAsync("/admin/deploys");
        await page.Locator("#place").ClickAsync();
        await page.Locator("#other").FillAsync("reach_clicks");
        await page.Locator("#reason").FillAsync("release 42");
        await page.GetByRole(AriaRole.Button, new() { Name = "Place the hold" }).ClickAsync();
        await Assertions.Expect(page.Locator(".card.hold")).ToContainTextAsync("reach_clicks");
        Goal.Record(11, "hold, from Deploys", "2, the name and a reason", "<= 3 and a reason", true);

        foreach (string path in new[] { "/admin/features", "/admin/features/reach_clicks", "/admin/audit", "/admin/workers", "/admin/claims", "/admin/settings", "/admin/help", "/admin/me", "/admin/keys" })
        {
            await page.GotoAsync(path);
            await Assertions.Expect(page.Locator("[id^=bar-]")).ToContainTextAsync("reach_clicks is held by anna");
        }

        Goal.Record(11, "who holds what, on any page", "0", "0", true);
        await page.Locator("[id^=bar-] a").Last.ClickAsync();
        await page.Locator("[id^=extend-hold]").ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("held until");
        Goal.Record(11, "extend, from any page", "2", "2", true);
        await page.Locator("[id^=end-hold]").ClickAsync();
        await Assertions.Expect(page.Locator(".card.hold .state")).ToHaveTextAsync("Ended");
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_thumb_on_a_small_phone_switches_extends_and_force_releases()
    {
        await deploys.CreateAsync("reach_phone");
        Guid hold = await deploys.Server.HoldAsync(["reach_phone"], url: "https://ci.example/run/4711");
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server, width: 320);
        (IPage page, _) = await context.OpenAsync("/admin/features?search=reach_phone");
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = "reach_phone" });
        LocatorBoundingBoxResult box = await TouchAsync(page, button);
        Assert.True(box.Width >= 44 && box.Height >= 30, $"the switch is {box.Width} x {box.Height}");
        await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", "false");
        await page.GotoAsync("/admin/deploys?feature=reach_phone");
        LocatorBoundingBoxResult extend = await TouchAsync(page, page.Locator($"#extend-hold-{hold}"));
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("held until");
        LocatorBoundingBoxResult force = await TouchAsync(page, page.Locator($"#force-release-{hold}"));
        await page.Locator("#ask-confirm").FillAsync("reach_phone");
        await page.Locator("#ask-reason").FillAsync("runner is gone");
        await Assertions.Expect(page.Locator("dialog")).ToBeInViewportAsync();
        await TouchAsync(page, page.Locator("dialog button.danger"));
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("reach_phone: force-released.");
        Goal.Record(6, "320 px: switch, extend, force release", $"{box.Width:0}x{box.Height:0}, {extend.Height:0} px, {force.Height:0} px high", ">= 44x30, >= 24, no sideways scrolling", true);
    }

    [Fact]
    public async Task Enough_rows_are_readable_without_scrolling()
    {
        await SampleFeatures.AddAsync(deploys.Server);
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server);
        (IPage page, _) = await context.OpenAsync("/admin/features");
        int rows = await page.EvaluateAsync<int>("[...document.querySelectorAll('#rows tr')].filter(r => r.getBoundingClientRect().bottom <= innerHeight).length");
        Goal.Record(17, "rows of features in 800 px", $"{rows}", ">= 8", rows >= 8);
        Assert.True(rows >= 8, $"{rows} rows");
    }

    /// <summary>It is large enough, nothing scrolls sideways, and nothing lies over it.</summary>
    private static async Task<LocatorBoundingBoxResult> TouchAsync(IPage page, ILocator target)
    {
        await target.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await target.BoundingBoxAsync())!;
        Assert.True(box.Width >= 24 && box.Height >= 24, $"{target} is {box.Width} x {box.Height}");
        Assert.True(box.X >= 0 && box.X + box.Width <= 320, $"{target} is not within 320 px");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{page.Url} scrolls sideways");
        await target.ClickAsync();
        return box;
    }
}
