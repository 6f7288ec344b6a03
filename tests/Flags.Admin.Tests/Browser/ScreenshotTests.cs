using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Pictures of every page for people to look at: artifacts/screenshots.</summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    private static readonly (string Name, string Path)[] Pages =
    [
        ("features", "/admin/features"), ("feature", "/admin/features/search?actor=User%3B3&properties=plan%3Dfree%3B%20age%3D30"), ("feature-on", "/admin/features/audit_stream"),
        ("details", "/admin/features/search?edit=details"), ("expression", "/admin/features/search?edit=expression"), ("many-actors", "/admin/features/beta_dashboard?edit=actors"),
        ("new-feature", "/admin/new-feature"), ("missing", "/admin/features/serch"), ("no-match", "/admin/features?search=nothing_like_this"), ("nowhere", "/admin/nowhere"),
    ];

    [Fact]
    public async Task Every_page_has_a_picture_in_light_and_dark_and_on_a_telephone()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        await SampleFeatures.AddAsync(server);
        foreach ((string suffix, ColorScheme colours, int width) in new[] { ("light", ColorScheme.Light, 1280), ("dark", ColorScheme.Dark, 1280), ("360", ColorScheme.Light, 360) })
        {
            await using IBrowserContext context = await chromium.ContextAsync(server, colours: colours, width: width);
            (IPage page, _) = await context.OpenAsync("/admin/features");
            foreach ((string name, string path) in Pages)
            {
                await page.GotoAsync(path);
                await TakeAsync(page, $"{name}-{suffix}");
            }

            await AnswersAsync(page, suffix);
            await using IBrowserContext door = await chromium.ContextAsync(server, null, colours: colours, width: width);
            (IPage signIn, _) = await door.OpenAsync("/admin/sign-in");
            await TakeAsync(signIn, $"sign-in-{suffix}");
        }
    }

    private static async Task AnswersAsync(IPage page, string suffix)
    {
        await page.GotoAsync("/admin/features");
        await page.GetByRole(AriaRole.Button, new() { Name = "search: partly on, change…" }).ClickAsync();
        await page.Locator("dialog").WaitForAsync();
        await TakeAsync(page, $"ask-dialog-{suffix}");
        await page.Locator("dialog [data-close]").ClickAsync();
        await page.GotoAsync("/admin/features/payments_v3");
        await page.Locator("#turn-off").ClickAsync();
        await page.Locator("#ask-confirm").FillAsync("wrong");
        await page.Locator("dialog button").ClickAsync();
        await page.Locator("#ask-wrong").WaitForAsync();
        await TakeAsync(page, $"protected-dialog-{suffix}");
        await page.GotoAsync("/admin/features");
        await page.GetByRole(AriaRole.Switch, new() { Name = "email_digest" }).ClickAsync();
        await page.Locator(".toast").WaitForAsync();
        await TakeAsync(page, $"toast-{suffix}");
        await page.Locator(".toast button").ClickAsync();
        await page.Locator(".toast", new() { HasText = "is back as it was" }).WaitForAsync();
    }

    private static Task<byte[]> TakeAsync(IPage page, string name) => page.ScreenshotAsync(new() { Path = Path.Combine(Artifacts.Folder("screenshots"), name + ".png"), FullPage = !name.Contains("dialog") && !name.Contains("toast"), Caret = ScreenshotCaret.Initial });
}
