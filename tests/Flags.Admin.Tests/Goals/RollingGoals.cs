using System.Collections.Concurrent;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Two replicas behind a round robin are restarted in turn while somebody clicks on and on.</summary>
public sealed class RollingGoals(Chromium chromium)
{
    private readonly TestServer?[] replicas = new TestServer?[2];

    [Fact]
    public async Task Clicks_go_on_while_replicas_restart_in_turn()
    {
        int clicks = Goal.Count(8, 50);
        IBrowser browser = await chromium.BrowserAsync();
        await using TestServer home = await ServerSteps.StartAsync();
        await home.AddPersonAsync("anna", "admin");
        for (int n = 0; n < 2; n++)
            replicas[n] = await ServerSteps.StartAsync(home.ConnectionString);
        await using RoundRobin proxy = RoundRobin.Before([.. replicas.Select(replica => replica!.Address.Port)]);
        using var client = new PageClient(proxy.Address);
        await client.SignInAsync("anna@example.org", AdminServer.Passphrase);
        await using IBrowserContext context = await browser.NewContextAsync(new() { BaseURL = proxy.Address.ToString() });
        await context.AddCookiesAsync(client.Cookies.GetCookies(proxy.Address).Select(c => new Cookie { Name = c.Name, Value = c.Value, Url = proxy.Address.ToString() }));
        IPage page = await context.NewPageAsync();
        var bad = new ConcurrentQueue<string>();
        page.Response += (_, answer) => { if (answer.Status is 400 or 401 or 403 or 409 or >= 500 || answer.Url.Contains("sign-in", StringComparison.Ordinal)) bad.Enqueue($"{answer.Status} {answer.Url}"); };
        await page.GotoAsync("/admin/features");

        long before = await ChangesAsync(home);
        using var done = new CancellationTokenSource();
        Task<int> restarting = RestartAsync(home, proxy, done.Token);
        int told = 0;
        for (int click = 0; click < clicks; click++)
            told += await ClickAsync(page, click % 2 == 0 ? "false" : "true");
        await done.CancelAsync();
        int restarts = await restarting;
        long changes = await ChangesAsync(home) - before;
        foreach (TestServer? replica in replicas)
            await replica!.DisposeAsync();
        Goal.Record(20, "two replicas restarted in turn under clicks", $"{clicks} clicks, {restarts} restarts: {clicks - changes} lost or twice, {told} told to try again, {bad.Count} bad answers", "0 lost, 0 twice, 0 bad", changes == clicks && bad.IsEmpty);
        Assert.Equal((clicks, ""), ((int)changes, string.Join(", ", bad.Distinct())));
        Assert.True(restarts >= 2, $"{restarts} restarts");
    }

    /// <summary>Until the page shows it; the answer is how often it said that nothing was changed.</summary>
    private static async Task<int> ClickAsync(IPage page, string wanted)
    {
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" });
        for (int told = 0; told < 20; told++)
        {
            if (told == 0)
                await button.ClickAsync();
            else
                await button.EvaluateAsync("(button, wanted) => { if (button.getAttribute('aria-checked') !== wanted) button.click(); }", wanted);
            await page.WaitForFunctionAsync("() => !document.querySelector('form[aria-busy=true]')");
            // An answer may be lost on the way; then the page looks again by itself and shows what became of it, perhaps just before the next click.
            if (await IsAsync(button, wanted))
                return told;
        }

        throw new TimeoutException("Twenty clicks did nothing.");
    }

    private static async Task<bool> IsAsync(ILocator button, string wanted)
    {
        try
        {
            await Assertions.Expect(button).ToHaveAttributeAsync("aria-checked", wanted, new() { Timeout = 3_000 });
            return true;
        }
        catch (PlaywrightException)
        {
            return false;
        }
    }

    private async Task<int> RestartAsync(TestServer home, RoundRobin proxy, CancellationToken done)
    {
        int restarts = 0;
        while (!done.IsCancellationRequested || restarts < 2)
        {
            int n = restarts++ % 2;
            proxy.Set(n, 0);
            await replicas[n]!.DisposeAsync();
            replicas[n] = await ServerSteps.StartAsync(home.ConnectionString);
            proxy.Set(n, replicas[n]!.Address.Port);
        }

        return restarts;
    }

    private static Task<long> ChangesAsync(TestServer home) => home.SqlAsync<long>("select count(*) from flags.audit where what in ('feature.enable', 'feature.disable')");
}
