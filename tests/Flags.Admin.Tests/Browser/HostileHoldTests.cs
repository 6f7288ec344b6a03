using Flags.Core;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Holders, reasons, links, jobs and actors are text, never markup, and only http and https are links.</summary>
public sealed class HostileHoldTests(DeployServer deploys, Chromium chromium) : IClassFixture<DeployServer>
{
    [Fact]
    public async Task Hostile_holders_reasons_links_and_jobs_stay_texts_on_every_page_that_shows_them()
    {
        await deploys.CreateAsync("hostile_hold");
        using PageClient client = await deploys.Server.SignInAsync();
        (Guid id, string[][] expected) = await ShowAsync(client, "plain text");
        await deploys.Server.ReleaseAsync(id);
        foreach (string text in HostileTextTests.Seeds)
        {
            (Guid hold, string[][] kinds) = await ShowAsync(client, text);
            Assert.Equal(expected, kinds);
            PageAnswer page = await client.GetAsync("/admin/deploys/" + hold);
            Assert.Equal("Hold of " + text, page.Document.QuerySelector("h1")!.TextContent);
            Assert.Null(page.Document.QuerySelector("a.holder"));
            await deploys.Server.ReleaseAsync(hold);
        }
    }

    [Fact]
    public async Task A_browser_shows_many_of_them_at_once_and_runs_nothing()
    {
        await deploys.CreateAsync("hostile_many");
        foreach (string text in HostileTextTests.Seeds)
            await deploys.Server.EnterAsync("hostile_many", text, text);
        var holds = new List<Guid>();
        foreach (string text in HostileTextTests.Seeds)
            holds.Add(await deploys.Server.HoldAsync(["hostile_many"], text, text, url: text));
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/deploys?feature=hostile_many");
        await Assertions.Expect(page.Locator(".card.hold")).ToHaveCountAsync(holds.Count);
        await page.Locator($"#force-release-{holds[0]}").ClickAsync();
        await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync("<script>alert(1)</script> holds it for");
        Assert.DoesNotContain(complaints, c => !c.Contains("428", StringComparison.Ordinal));
        foreach (Guid hold in holds)
            await deploys.Server.ReleaseAsync(hold);
    }

    /// <summary>Which kinds of elements the pages of such a hold have: a text that became markup would add one.</summary>
    private async Task<(Guid Hold, string[][] Kinds)> ShowAsync(PageClient client, string text)
    {
        LeaseToken job = await deploys.Server.EnterAsync("hostile_hold", text, text);
        Guid hold = await deploys.Server.HoldAsync(["hostile_hold"], text, text, url: text);
        await deploys.Server.EnterAsync("hostile_hold", text);
        string[] paths = ["/admin/deploys?feature=hostile_hold", "/admin/deploys/" + hold, "/admin/features/hostile_hold"];
        var kinds = new List<string[]>();
        foreach (string path in paths)
            kinds.Add([.. (await client.GetAsync(path)).Document.All.Select(e => e.LocalName).Distinct().Order()]);
        await deploys.Server.LeaveAsync(job);
        return (hold, [.. kinds]);
    }
}
