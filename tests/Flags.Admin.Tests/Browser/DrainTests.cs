using System.Diagnostics;
using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>A deploy as people watch it, in a browser.</summary>
public sealed class DrainTests(DeployServer deploys, Chromium chromium) : IClassFixture<DeployServer>
{
    [Fact]
    public async Task A_whole_drain_is_watched_live_until_the_bar_goes_away()
    {
        await deploys.CreateAsync("live_drain");
        // Neither a lease nor the hold may end by itself.
        var ttl = TimeSpan.FromMinutes(15);
        LeaseToken[] jobs = [await deploys.Server.EnterAsync("live_drain", "ImportOrders", "worker-3", ttl), await deploys.Server.EnterAsync("live_drain", "SendDigest", ttl: ttl), await deploys.Server.EnterAsync("live_drain", "RebuildIndex", ttl: ttl)];
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/deploys");
        (IPage elsewhere, IReadOnlyCollection<string> more) = await context.OpenAsync("/admin/features");
        await Assertions.Expect(page.Locator("#open-jobs")).ToContainTextAsync("live_drain 3");
        await page.EvaluateAsync("window.same = 1");

        Guid hold = await deploys.Server.HoldAsync(["live_drain"], ttl: ttl, url: "https://ci.example/4711");
        ILocator card = page.Locator($"#h-{hold}"), bar = elsewhere.Locator($"#bar-{hold}");
        await Assertions.Expect(card).ToContainTextAsync("0 of 3 have left");
        await Assertions.Expect(bar).ToContainTextAsync("3 jobs inside");
        await deploys.Server.EnterAsync("live_drain", "NightlyReport", ttl: ttl);
        await Assertions.Expect(page.Locator($"#waiters-{hold}")).ToContainTextAsync("NightlyReport");
        for (int left = 1; left < 3; left++)
        {
            await deploys.Server.LeaveAsync(jobs[left - 1]);
            await Assertions.Expect(card).ToContainTextAsync($"{left} of 3 have left");
            await Assertions.Expect(page.Locator($"#leases-{hold} tr")).ToHaveCountAsync(3 - left);
        }

        await deploys.Server.LeaveAsync(jobs[2]);
        await Assertions.Expect(card).ToContainTextAsync("Held, drained");
        await Assertions.Expect(bar).ToContainTextAsync("drained");
        await Assertions.Expect(page.Locator($"#say-{hold}")).ToHaveTextAsync("live_drain: drained.");
        await deploys.Server.ReleaseAsync(hold);
        await Assertions.Expect(card).ToHaveCountAsync(0);
        await Assertions.Expect(bar).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#past-rows tr").First).ToContainTextAsync("3 left");
        Assert.Equal(1, await page.EvaluateAsync<int>("window.same"));
        Assert.Empty(complaints.Concat(more));
        Goal.Record(18, "a drain watched live against the store", "every step seen", "all", true);
    }

    [Fact]
    public async Task A_countdown_runs_by_the_servers_clock_and_extending_moves_it()
    {
        await deploys.CreateAsync("live_extend");
        Guid hold = await deploys.Server.HoldAsync(["live_extend"], ttl: TimeSpan.FromMinutes(20));
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server, "sam");
        // A client whose clock is an hour late.
        await context.AddInitScriptAsync("window.real = Date.now; Date.now = () => real() - 3600000;");
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/deploys?feature=live_extend");
        ILocator clock = page.Locator($"#h-{hold} .back time[data-until]").First;
        await RightAsync(clock);
        string shown = await clock.InnerTextAsync();
        await Assertions.Expect(clock).Not.ToHaveTextAsync(shown);
        HoldInfo before = await deploys.Server.FindHoldAsync(hold);
        DateTime asked = await deploys.Server.SqlAsync<DateTime>("select clock_timestamp()");
        await page.Locator($"#extend-hold-{hold}").ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("live_extend: held until");
        await Assertions.Expect(page.Locator($"#extend-hold-{hold}")).ToBeFocusedAsync();
        HoldInfo after = await deploys.Server.FindHoldAsync(hold);
        // By five minutes, to the whole second that the button names; and by what passed until it was done.
        DateTimeOffset wanted = DateTimeOffset.FromUnixTimeSeconds(before.ExpiresAt.ToUnixTimeSeconds()).AddMinutes(5);
        Assert.InRange(after.ExpiresAt, wanted, wanted + (after.ExtendedAt!.Value - asked));
        await RightAsync(clock);
        await deploys.Server.ReleaseAsync(hold);
        Assert.Empty(complaints);
        Goal.Record(18, "countdown with a client clock off by an hour", "right to the second", "within 1 s", true);
    }

    /// <summary>Within a second of what is left by the right clock, of which the page's own is an hour behind.</summary>
    private static Task RightAsync(ILocator clock) => Eventually.TrueAsync(() => clock.EvaluateAsync<bool>("""
        time => { const [minutes, seconds] = time.textContent.split(':').map(Number); return Math.abs(minutes * 60 + seconds - Math.floor((Date.parse(time.dateTime) - real()) / 1000)) <= 1; }
        """), "the countdown is right");

    [Fact]
    public async Task Force_release_asks_in_a_dialog_and_is_done_by_keyboard()
    {
        await deploys.CreateAsync("live_force");
        await deploys.Server.EnterAsync("live_force", "ImportOrders");
        Guid hold = await deploys.Server.HoldAsync(["live_force"], holder: "<b>ci</b> 1");
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/features");
        await page.Locator($"#bar-{hold} a").Last.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.ArrivesAsync("/admin/deploys");
        await page.Locator($"#force-release-{hold}").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("dialog")).ToContainTextAsync("<b>ci</b> 1 holds it for");
        await Assertions.Expect(page.Locator("#ask-confirm")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("live_for");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("runner is gone");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator("#ask-wrong")).ToBeVisibleAsync();
        await page.Locator("#ask-confirm").FillAsync("live_force");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("live_force: force-released.");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("force-released by anna");
        await Assertions.Expect(page.Locator($"#bar-{hold}")).ToHaveCountAsync(0);
        Assert.DoesNotContain(complaints, c => !c.Contains("428", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_hold_is_placed_extended_and_ended_without_a_script()
    {
        await deploys.CreateAsync("plain_hold");
        await using IBrowserContext context = await chromium.ContextAsync(deploys.Server, "sam", script: false);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync("/admin/deploys?feature=plain_hold");
        await page.Locator("#place").ClickAsync();
        await page.GetByLabel("plain_hold").CheckAsync();
        await page.Locator("#reason").FillAsync("move to the new host");
        await page.GetByLabel("30 min").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Place the hold" }).ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("plain_hold: held.");
        await Assertions.Expect(page.Locator("#holds")).ToContainTextAsync(new System.Text.RegularExpressions.Regex($@"back at {Shown.Utc}, in (29 min \d+ s|30 min) at page load"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Extend by 5 min (plain_hold)" }).ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("plain_hold: held until");
        await page.GetByRole(AriaRole.Button, new() { Name = "End the hold (plain_hold)" }).ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("plain_hold: your hold has ended.");
        await Assertions.Expect(page.Locator("#past-holds")).ToContainTextAsync("released");
        Assert.Empty(complaints);
        Goal.Record(7, "a hold placed, extended, ended, scripts off", "done", "done", true);
    }

    [Fact]
    public async Task Nothing_is_read_when_nobody_looks_and_once_a_second_however_many_do()
    {
        await deploys.CreateAsync("looked_at");
        Guid hold = await deploys.Server.HoldAsync(["looked_at"]);
        DeployFeed feed = deploys.Server.Services.GetRequiredService<DeployFeed>();
        await using (IBrowserContext context = await chromium.ContextAsync(deploys.Server))
        {
            for (int viewer = 0; viewer < 4; viewer++)
            {
                (IPage page, _) = await context.OpenAsync("/admin/deploys");
                await page.HearsAsync();
            }

            int before = feed.Looks;
            var watch = Stopwatch.StartNew();
            FeedStep<DeployState> step = feed.Newest;
            await deploys.Server.Holds.ExtendAsync(hold, null, TimeSpan.FromMinutes(5), CancellationToken.None);
            await step.NextAsync(CancellationToken.None).WaitAsync(Eventually.Deadline);
            await Eventually.TrueAsync(() => feed.Looks >= before + 3, "three looks");
            Assert.InRange(feed.Looks - before, 3, (int)watch.Elapsed.TotalSeconds + 2);
        }

        await Eventually.TrueAsync(async () =>
        {
            int before = feed.Looks;
            // That nothing happens takes two and a half of the feed's periods to see.
            await Task.Delay(TimeSpan.FromSeconds(2.5));
            return feed.Looks == before;
        }, "no look while nobody looks");
        await deploys.Server.ReleaseAsync(hold);
    }
}
