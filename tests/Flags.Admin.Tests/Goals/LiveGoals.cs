using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>How long a click takes to the own view, and to a second browser on another replica.</summary>
[Collection(Alone.Name)]
public sealed class LiveGoals(Chromium chromium)
{
    private const string Name = "live_goal";

    /// <summary>Notes when the switch was clicked and when it changed, by the clock that all pages of a machine share.</summary>
    private const string Watch = """
        const of = () => document.querySelector('[role=switch][aria-label=live_goal]');
        window.clicks = []; window.changes = []; window.answers = 0;
        let last = of().getAttribute('aria-checked');
        addEventListener('click', e => { if (e.target.closest('[aria-label=live_goal]')) clicks.push(performance.timeOrigin + performance.now()); }, true);
        new MutationObserver(() => { const now = of()?.getAttribute('aria-checked'); if (now && now !== last) { last = now; changes.push(performance.timeOrigin + performance.now()); } })
          .observe(document.body, { subtree: true, childList: true, attributes: true });
        new MutationObserver(all => { if (all.some(one => one.addedNodes.length)) answers++; }).observe(document.getElementById('toasts'), { childList: true });
        """;

    [Fact]
    public async Task A_click_is_seen_at_once_here_and_soon_on_another_replica()
    {
        (List<double> own, List<double> other) = await MeasureAsync(Goal.Count(40, 200), deaf: false);
        Goal.Times(3, "click to own view", own, 100);
        Goal.Times(3, "click to a browser on another replica", other, 250);
    }

    [Fact]
    public async Task Without_notifications_the_other_replica_looks_by_itself()
    {
        (_, List<double> other) = await MeasureAsync(Goal.Count(4, 50), deaf: true);
        Goal.Time(3, "... with NOTIFY suppressed", other.Max(), 1_500, $" at most of {other.Count}");
    }

    private async Task<(List<double> Own, List<double> Other)> MeasureAsync(int rounds, bool deaf)
    {
        await using TestServer near = await ServerSteps.StartAsync();
        // It listens in another database, where nobody says anything.
        await using TestServer far = await ServerSteps.StartAsync(near.ConnectionString, deaf ? [("ConnectionStrings:FlagsListen", await TestPostgres.Shared.CreateDatabaseAsync(CancellationToken.None))] : []);
        await near.AddPersonAsync("anna", "admin");
        await near.CreateAsync(Name);
        ChangeFeed feed = far.Services.GetRequiredService<ChangeFeed>();
        long wanted = (await near.Services.GetRequiredService<FeatureCache>().ReadAsync()).Set.Version;
        await Eventually.TrueAsync(async () => (await feed.NewestAsync(CancellationToken.None)).Set.Version >= wanted, "the other replica has it");
        await using IBrowserContext here = await chromium.ContextAsync(near), there = await chromium.ContextAsync(far);
        (IPage page, IReadOnlyCollection<string> complaints) = await here.OpenAsync("/admin/features?search=" + Name);
        (IPage watching, IReadOnlyCollection<string> more) = await there.OpenAsync("/admin/features?search=" + Name);
        await page.EvaluateAsync(Watch);
        await watching.EvaluateAsync(Watch);
        ILocator button = page.GetByRole(AriaRole.Switch, new() { Name = Name });
        for (int round = 1; round <= rounds; round++)
        {
            await button.ClickAsync();
            await page.WaitForFunctionAsync("n => changes.length >= n", round);
            await watching.WaitForFunctionAsync("n => changes.length >= n", round);
            // The event may have been sooner than the answer, which ends the click.
            await page.WaitForFunctionAsync("n => answers >= n", round);
            // The stream tells steps of a quarter of a second together: the next click is not part of this one.
            await page.WaitForTimeoutAsync(300);
        }

        double[] clicks = await page.EvaluateAsync<double[]>("clicks"), own = await page.EvaluateAsync<double[]>("changes"), other = await watching.EvaluateAsync<double[]>("changes");
        Assert.Equal((rounds, rounds, rounds), (clicks.Length, own.Length, other.Length));
        Assert.Empty(complaints.Concat(more));
        return ([.. own.Zip(clicks, (changed, clicked) => changed - clicked)], [.. other.Zip(clicks, (changed, clicked) => changed - clicked)]);
    }
}
