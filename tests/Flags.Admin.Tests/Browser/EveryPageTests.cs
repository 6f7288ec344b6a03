using System.Reflection;
using Deque.AxeCore.Commons;
using Flags.Core;
using Flags.Testing;
using Microsoft.AspNetCore.Components;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>
/// Every page and state in both colour schemes and four widths: axe without a violation, nothing scrolls sideways, a console without complaints under
/// the strict policy, and a picture for people to look at in artifacts/screenshots. Every rule in every scheme and width takes minutes: with FLAGS_LONG=1.
/// </summary>
public abstract class EveryPageTests(Chromium chromium, ColorScheme colours)
{
    private const string AllRules = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

    /// <summary>The only rules whose answer depends on colours: the same page in the other scheme need not be asked for the rest again.</summary>
    private const string ColourRules = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }";

    /// <summary>A path for each page; a page without one fails <see cref="No_page_is_left_out"/>.</summary>
    private static readonly (string Route, string Name, string Path)[] Pages =
    [
        ("/admin/features", "features", "/admin/features"), ("/admin/features", "no-match", "/admin/features?search=nothing_like_this"), ("/admin/new-feature", "new-feature", "/admin/new-feature"),
        ("/admin/features/{RouteName}", "feature", "/admin/features/search?actor=User%3B3&properties=plan%3Dfree%3B%20age%3D30"), ("/admin/features/{RouteName}", "feature-on", "/admin/features/audit_stream"),
        ("/admin/features/{RouteName}", "details", "/admin/features/search?edit=details"), ("/admin/features/{RouteName}", "expression", "/admin/features/search?edit=expression"), ("/admin/features/{RouteName}", "expression-json", "/admin/features/geo_routing?edit=expression"),
        ("/admin/features/{RouteName}", "many-actors", "/admin/features/beta_dashboard?edit=actors"), ("/admin/features/{RouteName}", "missing", "/admin/features/serch"),
        ("/admin/deploys", "deploys-none", "/admin/deploys"), ("/admin/new-hold", "new-hold", "/admin/new-hold?feature=nightly_reports"), ("/admin/deploys/{HoldId}", "no-hold", "/admin/deploys/none"),
        ("/admin/compare", "compare-none", "/admin/compare?name=search&from=0&to=0"), ("/admin/me", "me", "/admin/me"), ("/admin/jump", "jump", "/admin/jump?q=s"),
        ("/admin/audit", "audit", "/admin/audit"), ("/admin/audit", "audit-none", "/admin/audit?feature=nothing_like_this"), ("/admin/audit/{RowId}", "no-event", "/admin/audit/0"),
        ("/admin/settings", "settings", "/admin/settings"), ("/admin/help", "help", "/admin/help?feature=search"), ("/admin/help", "help-csharp", "/admin/help?for=csharp"), ("/admin/help", "help-pipeline", "/admin/help?for=pipeline"),
        ("/admin/keys", "keys-none", "/admin/keys"), ("/admin/keys/{KeyId}", "no-key", "/admin/keys/none"), ("/admin/new-key", "new-key", "/admin/new-key?preset=worker"), ("/admin/new-key", "new-key-custom", "/admin/new-key?preset=custom"),
        ("/admin/workers", "workers-none", "/admin/workers"), ("/admin/claims", "claims-none", "/admin/claims"), ("/admin/claims", "claim-unknown", "/admin/claims?key=message:1"), ("/admin/claims", "claim-too-long", "/admin/claims?key=" + LongWord + LongWord + LongWord),
        ("/admin/feature", "long-words", "/admin/feature?name=" + LongWord), ("/admin/status", "nowhere", "/admin/nowhere"),
    ];

    private static readonly (string Route, string Name, string Path)[] Doors = [("/admin/sign-in", "sign-in", "/admin/sign-in"), ("/admin/setup", "setup", "/admin/setup")];

    private static readonly int[] Widths = [320, 360, 768, 1280], OneWidth = [1280];

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
        (IPage door, IReadOnlyCollection<string> complaints) = await outside.OpenAsync("/admin/setup");
        await VisitAsync(door, Doors);

        await server.AddPersonAsync("anna", "admin");
        await SampleFeatures.AddAsync(server);
        await server.CreateAsync(LongWord, new Gates { Actors = [new string('w', 300)], Groups = [new string('g', 200)] }, new CreateFeature { Name = "", Description = new string('d', 200), Tags = [new string('t', 60)], Owner = new string('o', 100) });
        await using IBrowserContext context = await chromium.ContextAsync(server, colours: colours);
        (IPage page, IReadOnlyCollection<string> more) = await context.OpenAsync("/admin/features");
        await VisitAsync(page, Pages);
        await AskAsync(page);
        await DeployAsync(page, server);
        await KeysAsync(page, server);
        await WorkersAsync(page, server);
        // The browser itself notes answers of 4xx; nothing else may be said.
        Assert.DoesNotContain(complaints.Concat(more), c => !c.StartsWith("Failed to load resource: the server responded with a status of 4", StringComparison.Ordinal));
        Goal.Record(1, $"axe, {(Goal.IsLong ? "every rule, four widths" : "widths of 320 and 1280 px")}, {colours.ToString().ToLowerInvariant()}", $"0 violations, {Pages.Length + Doors.Length} pages and their states", "0", true);
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
        await page.GotoAsync("/admin/features/search");
        await page.Locator(".history a").Last.ClickAsync();
        await page.Locator(".compare").WaitForAsync();
        await CheckAsync(page, "compare");
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

    /// <summary>Keys of every kind, the one moment in which a secret is shown, and the question before a key is gone.</summary>
    private async Task KeysAsync(IPage page, TestServer server)
    {
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/new-key?preset=deploy");
        await page.Locator("#name").FillAsync("github-actions");
        await page.Locator("#pattern").FillAsync("jobs_*");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the key" }).ClickAsync();
        await page.Locator("#code-secret").WaitForAsync();
        await CheckAsync(page, "new-secret");
        (string rotating, string audit) = await SampleKeys.AddAsync(server);
        await VisitAsync(page, [("", "keys", "/admin/keys"), ("", "key-rotating", "/admin/keys/" + rotating), ("", "event", "/admin/audit/" + audit), ("", "audit-keys", "/admin/audit?what=key")]);
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/keys/" + rotating);
        await page.Locator("#revoke").ClickAsync();
        await page.Locator("#ask-confirm").WaitForAsync();
        await CheckAsync(page, "revoke-key-dialog");
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/audit");
        int rows = await page.EvaluateAsync<int>("[...document.querySelectorAll('#rows tr')].filter(r => r.getBoundingClientRect().bottom <= innerHeight).length");
        Assert.True(rows >= 12, $"{rows} rows of the audit are readable in 800 px");
        Goal.Record(17, "rows of the audit in 800 px", $"{rows}", ">= 12", true);
    }

    /// <summary>A hand-over, the question before workers are told, and claims in every state.</summary>
    private async Task WorkersAsync(IPage page, TestServer server)
    {
        await SampleWorkers.ReportAsync(server);
        await SampleWorkers.ClaimAsync(server);
        await VisitAsync(page,
        [
            ("", "workers", "/admin/workers"), ("", "workers-stopped", "/admin/workers?state=stopped"), ("", "workers-no-match", "/admin/workers?role=none"),
            ("", "claim", "/admin/claims?key=message:1718"), ("", "claim-once", "/admin/claims?key=message:once"), ("", "claim-done", "/admin/claims?key=message:done"), ("", "claim-back", "/admin/claims?key=message:back"),
            ("", "claim-long", "/admin/claims?key=" + new string('k', 250)),
        ]);
        await SampleWorkers.WakeAsync(server);
        await page.SetViewportSizeAsync(1280, 800);
        await page.GotoAsync("/admin/workers?role=mailer");
        await page.Locator("#tell-except").SelectOptionAsync("v20-3");
        await page.Locator("#tell-quiet").ClickAsync();
        await page.Locator("#ask-reason").WaitForAsync();
        await CheckAsync(page, "quiet-dialog");
        await SampleWorkers.WakeAsync(server);
        await SampleWorkers.ReportLongAsync(server);
        await VisitAsync(page, [("", "workers-long", "/admin/workers")]);
    }

    /// <summary>The page is loaded once and looked at in each width; axe comes in past the content security policy, as the browser's own tools do.</summary>
    private async Task CheckAsync(IPage page, string name)
    {
        await page.EvaluateAsync(Axe);
        // Nothing is wider in other colours.
        foreach (int width in colours == ColorScheme.Light || Goal.IsLong ? Widths : OneWidth)
        {
            await page.SetViewportSizeAsync(width, 800);
            string violations = Rules(width) is not { } rules ? "" : await page.EvaluateAsync<string>($"axe.run({{ runOnly: {rules}, resultTypes: ['violations'], preload: false, iframes: false }}).then(r => r.violations.map(v => v.id + ' (' + v.help + ') at ' + v.nodes.map(n => n.html).join(', ')).join('; '))");
            Assert.True(violations.Length == 0, $"{name}, {width} px: {violations}");
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{name} scrolls sideways at {width} px");
            if (width == 1280 || (width == 360 && colours == ColorScheme.Light))
                await TakeAsync(page, $"{name}-{(width == 360 ? "360" : colours.ToString().ToLowerInvariant())}");
        }
    }

    /// <summary>By default each rule once on either side of the style sheet's one break, 720 px, and in the other scheme what depends on colours.</summary>
    private string? Rules(int width) => (colours, width) switch
    {
        _ when Goal.IsLong => AllRules,
        (ColorScheme.Light, 320 or 1280) => AllRules,
        (ColorScheme.Dark, 1280) => ColourRules,
        _ => null,
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
