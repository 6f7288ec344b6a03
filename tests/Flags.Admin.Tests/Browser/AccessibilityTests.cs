using Deque.AxeCore.Commons;
using Flags.Core;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Axe on every page and state, in both colour schemes and four widths; no sideways scrolling; a console without complaints under the strict policy.</summary>
public sealed class AccessibilityTests(AdminServer admin, Chromium chromium)
{
    private const string Rules = """{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] }""";

    /// <summary>A path for each page; a page without one fails <see cref="Every_page_is_looked_at"/>.</summary>
    private static readonly (string Route, string Path)[] Pages =
    [
        ("/admin/features", "/admin/features"), ("/admin/features", "/admin/features?search=nothing_like_this"), ("/admin/new-feature", "/admin/new-feature"),
        ("/admin/features/{RouteName}", "/admin/features/axe?actor=User%3B1&properties=plan%3Dfree"), ("/admin/features/{RouteName}", "/admin/features/axe?edit=details"),
        ("/admin/features/{RouteName}", "/admin/features/axe?edit=expression"), ("/admin/feature", "/admin/feature?name=no%20such%20one"), ("/admin/status", "/admin/nowhere"),
        ("/admin/sign-in", "/admin/sign-in"), ("/admin/setup", "/admin/setup"),
    ];

    private static readonly int[] Widths = [320, 360, 768, 1280];

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    [Fact]
    public void Every_page_is_looked_at()
    {
        string[] routes = [.. typeof(AdminPages).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes(typeof(Microsoft.AspNetCore.Components.RouteAttribute), false)).Select(r => ((Microsoft.AspNetCore.Components.RouteAttribute)r).Template)];
        Assert.Equal(routes.Order(), Pages.Select(p => p.Route).Distinct().Order());
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task No_page_has_a_violation(ColorScheme colours)
    {
        await PrepareAsync();
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, colours: colours);
        (IPage page, List<string> complaints) = await context.OpenAsync("/admin/features");
        foreach ((_, string path) in Pages)
        {
            await page.SetViewportSizeAsync(1280, 800);
            await page.GotoAsync(path);
            await CheckAsync(page, path);
        }

        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/features/axe");
        await page.Locator("#add-actors summary").ClickAsync();
        await page.Locator("#turn-off").ClickAsync();
        await page.Locator("dialog").WaitForAsync();
        await CheckAsync(page, "the dialog");
        // The browser itself notes answers of 4xx; nothing else may be said.
        Assert.DoesNotContain(complaints, c => !c.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal));
    }

    private async Task PrepareAsync()
    {
        var gates = new Gates { Actors = [.. Enumerable.Range(0, 60).Select(n => $"User;{n}"), new string('w', 300)], Groups = ["admins"], DeniedActors = ["User;9"] };
        if (await admin.Server.FindAsync("axe") is null)
            await admin.Server.CreateAsync("axe", gates, new CreateFeature { Name = "", Description = new string('d', 200), Tags = ["web"], Protected = true });
    }

    /// <summary>The page is loaded once and looked at in each width; axe comes in past the content security policy, as the browser's own tools do.</summary>
    private static async Task CheckAsync(IPage page, string what)
    {
        await page.EvaluateAsync(Axe);
        foreach (int width in Widths)
        {
            await page.SetViewportSizeAsync(width, 800);
            string violations = await page.EvaluateAsync<string>($"axe.run({Rules}).then(r => r.violations.map(v => v.id + ' (' + v.help + ') at ' + v.nodes.map(n => n.html).join(', ')).join('; '))");
            Assert.True(violations.Length == 0, $"{what}, {width} px: {violations}");
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{what} scrolls sideways at {width} px");
        }
    }
}
