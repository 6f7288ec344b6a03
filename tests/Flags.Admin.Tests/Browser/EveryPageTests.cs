using System.Reflection;
using Deque.AxeCore.Commons;
using Flags.Core;
using Flags.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>
/// Every page and state in both colour schemes and four widths: axe without a violation, nothing scrolls sideways, a console without complaints under
/// the strict policy, and a picture for people to look at in artifacts/screenshots.
/// </summary>
public abstract class EveryPageTests(Chromium chromium, ColorScheme colours)
{
    private const string AllRules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

    /// <summary>The only rules whose answer depends on colours: the same page in the other scheme need not be asked for the rest again.</summary>
    private const string ColourRules = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }";

    /// <summary>The only rules whose answer depends on the width on the same side of the style sheet's one break, 720 px.</summary>
    private const string LayoutRules = "{ type: 'rule', values: ['target-size', 'color-contrast', 'scrollable-region-focusable'] }";

    /// <summary>A path for each page; a page without one fails <see cref="No_page_is_left_out"/>.</summary>
    private static readonly (string Route, string Name, string Path)[] Pages =
    [
        ("/admin/features", "features", "/admin/features"), ("/admin/features", "no-match", "/admin/features?search=nothing_like_this"), ("/admin/new-feature", "new-feature", "/admin/new-feature"),
        ("/admin/features/{RouteName}", "feature", "/admin/features/search?actor=User%3B3&properties=plan%3Dfree%3B%20age%3D30"), ("/admin/features/{RouteName}", "feature-on", "/admin/features/audit_stream"),
        ("/admin/features/{RouteName}", "details", "/admin/features/search?edit=details"), ("/admin/features/{RouteName}", "expression", "/admin/features/search?edit=expression"),
        ("/admin/features/{RouteName}", "many-actors", "/admin/features/beta_dashboard?edit=actors"), ("/admin/features/{RouteName}", "missing", "/admin/features/serch"),
        ("/admin/deploys", "deploys-none", "/admin/deploys"), ("/admin/new-hold", "new-hold", "/admin/new-hold?feature=nightly_reports"), ("/admin/deploys/{HoldId}", "no-hold", "/admin/deploys/none"),
        ("/admin/feature", "long-words", "/admin/feature?name=" + LongWord), ("/admin/status", "nowhere", "/admin/nowhere"),
    ];

    private static readonly (string Route, string Name, string Path)[] Doors = [("/admin/sign-in", "sign-in", "/admin/sign-in"), ("/admin/setup", "setup", "/admin/setup")];

    private static readonly int[] Widths = [320, 360, 768, 1280];

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private const string LongWord = "z_name_of_a_hundred_and_more_characters_without_a_single_place_where_a_browser_likes_to_break_a_line_in_two/x";

    [Fact]
    public void No_page_is_left_out()
    {
        IEnumerable<string> routes = typeof(AdminPages).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<RouteAttribute>()).Select(r => r.Template);
        Assert.Equal(routes.Order(), Pages.Concat(Doors).Select(p => p.Route).Distinct().Order());
    }

    [Fact]
    public async Task No_page_has_a_violation()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await using IBrowserContext outside = await chromium.ContextAsync(server, null, colours: colours);
        (IPage door, List<string> complaints) = await outside.OpenAsync("/admin/setup");
        await VisitAsync(door, Doors);

        await server.AddPersonAsync("anna", "admin");
        await SampleFeatures.AddAsync(server);
        await server.CreateAsync(LongWord, new Gates { Actors = [new string('w', 300)], Groups = [new string('g', 200)] }, new CreateFeature { Name = "", Description = new string('d', 200), Tags = [new string('t', 60)], Owner = new string('o', 100) });
        await using IBrowserContext context = await chromium.ContextAsync(server, colours: colours);
        (IPage page, List<string> more) = await context.OpenAsync("/admin/features");
        await VisitAsync(page, Pages);
        await AskAsync(page);
        await DeployAsync(page, server);
        // The browser itself notes answers of 4xx; nothing else may be said.
        Assert.DoesNotContain(complaints.Concat(more), c => !c.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal));
    }

    private async Task VisitAsync(IPage page, (string Route, string Name, string Path)[] pages)
    {
        foreach ((_, string name, string path) in pages)
        {
            await page.SetViewportSizeAsync(1280, 800);
            await page.GotoAsync(path);
            await CheckAsync(page, name);
        }
    }

    /// <summary>Dialogs and messages.</summary>
    private async Task AskAsync(IPage page)
    {
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/features");
        await page.GetByRole(AriaRole.Button, new() { Name = "search: partly on, change…" }).ClickAsync();
        await page.Locator("dialog").WaitForAsync();
        await CheckAsync(page, "ask-dialog");
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/features/payments_v3");
        await page.Locator("#turn-off").ClickAsync();
        await page.Locator("#ask-confirm").FillAsync("wrong");
        await page.Locator("dialog button").ClickAsync();
        await page.Locator("#ask-wrong").WaitForAsync();
        await CheckAsync(page, "protected-dialog");
        await page.GotoAsync("/admin/features");
        await page.GetByRole(AriaRole.Switch, new() { Name = "email_digest" }).ClickAsync();
        await page.Locator(".toast").HoverAsync();
        await CheckAsync(page, "toast");
    }

    /// <summary>What a deploy looks like, with and without its dialogs.</summary>
    private async Task DeployAsync(IPage page, TestServer server)
    {
        SampleHolds holds = await SampleHolds.PlaceAsync(server);
        await VisitAsync(page,
        [
            ("", "deploys", "/admin/deploys"), ("", "features-held", "/admin/features"), ("", "feature-held", "/admin/features/nightly_reports"),
            ("", "hold-ended", $"/admin/deploys/{holds.Ended}"),
        ]);
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/deploys");
        await page.Locator($"#force-release-{holds.Draining}").ClickAsync();
        await page.Locator("#ask-confirm").WaitForAsync();
        await CheckAsync(page, "force-release-dialog");
        await VisitAsync(page, [("", "hold-long", $"/admin/deploys/{await SampleHolds.PlaceLongAsync(server)}")]);
    }

    /// <summary>The page is loaded once and looked at in each width; axe comes in past the content security policy, as the browser's own tools do.</summary>
    private async Task CheckAsync(IPage page, string name)
    {
        await page.EvaluateAsync(Axe);
        foreach (int width in Widths)
        {
            await page.SetViewportSizeAsync(width, 800);
            string violations = Rules(width) is not { } rules ? "" : await page.EvaluateAsync<string>($"axe.run({{ runOnly: {rules}, resultTypes: ['violations'], preload: false, iframes: false }}).then(r => r.violations.map(v => v.id + ' (' + v.help + ') at ' + v.nodes.map(n => n.html).join(', ')).join('; '))");
            Assert.True(violations.Length == 0, $"{name}, {width} px: {violations}");
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} scrolls sideways at {width} px");
            if (width == 1280 || (width == 360 && colours == ColorScheme.Light))
                await TakeAsync(page, $"{name}-{(width == 360 ? "360" : colours.ToString().ToLowerInvariant())}");
        }
    }

    private string? Rules(int width) => (colours, width) switch
    {
        (ColorScheme.Dark, 320 or 1280) => ColourRules,
        (ColorScheme.Dark, _) => null,
        (_, 320 or 1280) => AllRules,
        _ => LayoutRules,
    };

    private static Task<byte[]> TakeAsync(IPage page, string name) => page.ScreenshotAsync(new()
    {
        Path = Path.Combine(Artifacts.Folder("screenshots"), name + ".png"),
        FullPage = !name.Contains("dialog", StringComparison.Ordinal) && !name.Contains("toast", StringComparison.Ordinal),
        Caret = ScreenshotCaret.Initial,
    });
}

public sealed class LightPagesTests(Chromium chromium) : EveryPageTests(chromium, ColorScheme.Light);

/// <summary>A class of its own, so that both run at once.</summary>
public sealed class DarkPagesTests(Chromium chromium) : EveryPageTests(chromium, ColorScheme.Dark);
