using Flags.Core;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

public sealed class NoScriptTests(AdminServer admin, Chromium chromium)
{
    [Fact]
    public async Task Everything_is_done_without_a_script_from_set_up_to_revert()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await using IBrowserContext context = await chromium.ContextAsync(admin.Server, null, script: false);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync($"{server.Address}admin/setup");
        await SetUpAndSignInAsync(page, server);

        await page.GetByRole(AriaRole.Switch, new() { Name = "jobs_processing" }).ClickAsync();
        await Assertions.Expect(page.Locator(".toast")).ToContainTextAsync("jobs_processing is off.");
        await page.Locator(".toast button").ClickAsync();
        Assert.True((await server.GatesAsync("jobs_processing")).Boolean);

        await page.GetByText("New feature").ClickAsync();
        await page.Locator("#name").FillAsync("made_without_script");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create" }).ClickAsync();
        await page.Locator("#add-actors summary").ClickAsync();
        await page.Locator("#i-actors").FillAsync("User;1\nUser;2");
        await page.Locator("#add-actors button").ClickAsync();
        await page.Locator("#q-actors-25").ClickAsync();
        await page.Locator("#edit-expression").ClickAsync();
        await page.Locator("#as-json").ClickAsync();
        await page.Locator("#i-expression").FillAsync("""{"Equal":[{"Property":["plan"]},"pro"]}""");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).Nth(2).ClickAsync();
        await Assertions.Expect(page.Locator("#feature-head")).ToContainTextAsync("2 actors · 25 % of actors · expression");
        Feature full = (await server.FindAsync("made_without_script"))!;

        await page.Locator("#turn-off").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn off" }).ClickAsync();
        await Assertions.Expect(page.Locator("#feature-head .state")).ToHaveTextAsync("Off");
        await page.Locator($"#b-{full.Version}").ClickAsync();
        Assert.Equal(full.Gates, (await server.GatesAsync("made_without_script")));
        await page.GotoAsync($"{server.Address}admin/features");
        await page.Locator("#search").FillAsync("made_without");
        await page.Locator("#search").PressAsync("Enter");
        await Assertions.Expect(page.Locator("#rows tr")).ToHaveCountAsync(1);
        Assert.DoesNotContain(complaints, c => !c.Contains("status of 4", StringComparison.Ordinal));
        Goal.Record(7, "set-up, sign-in, every change of a feature, scripts off", "done", "done", true);
    }

    private static async Task SetUpAndSignInAsync(IPage page, TestServer server)
    {
        await page.Locator("#code").FillAsync(await server.NewSetUpCodeAsync());
        await page.Locator("#name").FillAsync("anna");
        await page.Locator("#email").FillAsync("anna@example.org");
        await page.Locator("#passphrase").FillAsync(AdminServer.Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await page.GetByText("Go to features").ClickAsync();
        await page.Locator(".menu summary").ClickAsync();
        await page.GetByText("Sign out").ClickAsync();
        await page.Locator("#email").FillAsync("anna@example.org");
        await page.Locator("#passphrase").FillAsync(AdminServer.Passphrase);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }
}
