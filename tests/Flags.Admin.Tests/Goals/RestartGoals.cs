using System.Diagnostics;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>The server is killed, started and stopped while people look.</summary>
[Collection(Alone.Name)]
public sealed class RestartGoals(Chromium chromium)
{
    [Fact]
    public async Task After_a_crash_the_open_page_goes_on_and_the_first_click_works()
    {
        Goal.SkipUnlessLong("starts a server twice; LiveTests has a server that goes away and comes back");
        IBrowser browser = await chromium.BrowserAsync();
        await using TestServer home = await ServerSteps.StartAsync();
        await home.AddPersonAsync("anna", "admin");
        await using ServerProcess server = ServerProcess.Start(home.ConnectionString);
        await server.ListensAsync();
        await server.ReadyAsync();
        using var client = new PageClient(server.Address);
        await client.SignInAsync("anna@example.org", AdminServer.Passphrase);
        await using IBrowserContext context = await browser.NewContextAsync(new() { BaseURL = server.Address.ToString() });
        await context.AddCookiesAsync(client.Cookies.GetCookies(server.Address).Select(c => new Cookie { Name = c.Name, Value = c.Value, Url = server.Address.ToString() }));
        IPage page = await context.NewPageAsync();
        await page.GotoAsync("/admin/features");
        await page.EvaluateAsync("window.same = 1");
        await server.KillAsync();
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("Live updates are paused", new() { Timeout = 20_000 });

        server.StartAgain();
        await server.ListensAsync();
        var watch = Stopwatch.StartNew();
        int clicks = await ClickAsync(page);
        double first = watch.Elapsed.TotalMilliseconds;
        await Assertions.Expect(page.Locator("#connection")).ToBeHiddenAsync(new() { Timeout = 20_000 });
        Assert.Equal(1, await page.EvaluateAsync<int>("window.same"));
        Assert.False((await home.GatesAsync("jobs_processing")).Boolean);
        Goal.Time(8, "killed and started: first change after it listens", first, 1_000, $", click {clicks}");
    }

    [Fact]
    public async Task Open_streams_do_not_delay_a_stop()
    {
        int count = Goal.Count(50, 500);
        await using TestServer home = await ServerSteps.StartAsync();
        await using ServerProcess server = ServerProcess.Start(home.ConnectionString);
        await server.ReadyAsync();
        using Viewers viewers = await Viewers.ComeAsync(home, server.Address, count);
        await viewers.OpenAsync(count);
        TimeSpan took = await server.StopAsync();
        Goal.Time(8, $"SIGTERM with {count} open streams", took.TotalMilliseconds, 2_000);
    }

    /// <summary>As somebody at night does: clicks, and once more when the page says that nothing was changed.</summary>
    private static async Task<int> ClickAsync(IPage page)
    {
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" });
        for (int click = 1; click <= 100; click++)
        {
            await button.ClickAsync();
            await page.WaitForFunctionAsync("() => !document.querySelector('form[aria-busy=true]')");
            if (await button.GetAttributeAsync("aria-checked") == "false")
                return click;
            await page.WaitForTimeoutAsync(50);
        }

        throw new TimeoutException("No click worked.");
    }
}
