using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>What the script does about its stream: when it begins, when it is refused, and when nobody is signed in any more.</summary>
public sealed class ListeningTests(AdminServer admin, Chromium chromium)
{
    /// <summary>A tab that nobody has looked at yet; it has no stream.</summary>
    private const string Background = "Object.defineProperty(document, 'hidden', { get: () => !window.looked });";

    /// <summary>A server that answers pages but refuses streams; each longer wait of the script notes how many streams it has asked for until then.</summary>
    private const string Refusing = """
        window.opened = 0;
        window.pauses = [];
        const later = setTimeout;
        window.EventSource = class extends EventTarget { constructor() { super(); opened++; later(() => this.onerror?.()); } close() { this.onerror = null; } };
        window.setTimeout = (run, wait, ...all) => { if (wait > 700) pauses.push(opened); return later(run, wait, ...all); };
        """;

    [Fact]
    public async Task A_refused_stream_is_asked_for_once_between_two_pauses()
    {
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server);
        await context.AddInitScriptAsync(Refusing);
        (IPage page, _) = await context.OpenAsync("/admin/features");
        await page.WaitForFunctionAsync("() => pauses.length > 1");
        Assert.Equal("1 2", await page.EvaluateAsync<string>("pauses.slice(0, 2).join(' ')"));
    }

    /// <summary>On a server where nobody tells of anything afterwards: what the page does not fetch by itself stays unseen.</summary>
    [Fact]
    public async Task What_changed_before_the_stream_began_is_seen_once_it_has()
    {
        await using TestServer own = await ServerSteps.StartAsync();
        await using var beating = new Beating(own);
        await own.AddPersonAsync("anna", "admin");
        await own.CreateAsync("early_jobs", null, new CreateFeature { Name = "", Enabled = true });
        await own.BeatAsync("early-1", "early", "v1", "ready");
        await using IBrowserContext context = await chromium.ContextAsync(own);
        await context.AddInitScriptAsync(Background);
        (IPage workers, _) = await context.OpenAsync("/admin/workers");
        (IPage deploys, _) = await context.OpenAsync("/admin/deploys");
        (IPage audit, _) = await context.OpenAsync("/admin/audit");
        ILocator worker = workers.Locator("#w-" + WorkerWords.Key("early-1"));
        await Assertions.Expect(worker).ToHaveCountAsync(1);

        await own.BeatAsync("early-1", "early", "v1", "stopped");
        await own.EnterAsync("early_jobs", "ImportOrders", ttl: TimeSpan.FromMinutes(15));
        await own.MintAsync("read");
        await TellOthersAsync(own);
        foreach (IPage page in new[] { workers, deploys, audit })
            await page.EvaluateAsync("() => { window.looked = true; document.dispatchEvent(new Event('visibilitychange')); }");
        await Assertions.Expect(worker).ToHaveCountAsync(0);
        await Assertions.Expect(deploys.Locator("#open-jobs")).ToContainTextAsync("early_jobs 1");
        await Assertions.Expect(audit.Locator("#rows")).ToContainTextAsync("test read");
    }

    [Fact]
    public async Task That_nobody_is_signed_in_is_said_until_somebody_is_and_asked_once()
    {
        await using TestServer own = await ServerSteps.StartAsync();
        await own.AddPersonAsync("anna", "admin");
        await own.CreateAsync("ping_door");
        await using IBrowserContext context = await chromium.ContextAsync(own);
        (IPage page, _) = await context.OpenAsync("/admin/features/ping_door");
        await page.HearsAsync();
        await context.ClearCookiesAsync();
        await page.Locator("#turn-on").ClickAsync();
        await Assertions.Expect(page.Locator("dialog #email")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
        // A stream outlives the session's cookie; its ping says that nothing has changed.
        await page.EvaluateAsync("() => { stream.dispatchEvent(new MessageEvent('ping', { data: JSON.stringify({ now: new Date(), seen: document.body.dataset.seen }) })); }");
        await page.WaitForFunctionAsync("() => stream.readyState === EventSource.CLOSED && fetching === 0");
        await Assertions.Expect(page.Locator("#connection")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("You are signed out.");
        await Assertions.Expect(page.Locator("dialog")).ToHaveCountAsync(0);
    }

    /// <summary>As another viewer's pages do: the feeds know all of it, so no step of theirs will tell of it again.</summary>
    private static async Task TellOthersAsync(TestServer server)
    {
        await server.Services.GetRequiredService<WorkerFeed>().ReadAsync(false, CancellationToken.None);
        FeatureSet set = (await server.Services.GetRequiredService<FeatureCache>().ReadAsync()).Set;
        await server.Services.GetRequiredService<DeployFeed>().ReadAsync(set, false, CancellationToken.None);
        ChangeFeed feed = server.Services.GetRequiredService<ChangeFeed>();
        long keys = await server.SqlAsync<long>("select auth_version from flags.counter");
        await Eventually.TrueAsync(async () => (await feed.NewestAsync(CancellationToken.None)).AuthVersion >= keys, "the minted key was told");
    }
}
