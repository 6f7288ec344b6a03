using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Passkeys with the browser's own virtual authenticator.</summary>
public sealed class PasskeyTests(Chromium chromium)
{
    [Fact]
    public async Task Somebody_sets_up_signs_in_and_keeps_a_second_key_without_a_passphrase()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        string code = await server.NewSetUpCodeAsync();
        await using IBrowserContext context = await chromium.ContextAsync(server, null);
        (IPage page, IReadOnlyCollection<string> complaints) = await context.OpenAsync($"{Home(server)}/admin/setup#{code}");
        await AuthenticatorAsync(page);
        await page.Locator("#name").FillAsync("anna");
        await page.Locator("#email").FillAsync("anna@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You are signed in as anna, admin.");

        await page.GotoAsync($"{Home(server)}/admin/me");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("First passkey");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove First passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("is the only way you can sign in");
        await page.WaitForLoadStateAsync();
        await AuthenticatorAsync(page, "usb");
        await page.Locator("#passkey-name").FillAsync("Phone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("[role=status].note")).ToHaveTextAsync("The passkey was added.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove First passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("[role=status].note")).ToHaveTextAsync("The passkey was removed.");

        await page.Locator(".menu summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out", Exact = true }).ClickAsync();
        await page.ArrivesAsync("/admin/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync("Features");
        Assert.Equal("Phone", await server.SqlAsync<string>("select change ->> 'passkey' from flags.audit where what = 'person.passkey.add'"));
        Assert.Equal(1, await server.SqlAsync<long>("select count(*) from auth.user_passkeys"));
        Assert.DoesNotContain(complaints, c => !c.Contains("422", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_passkey_of_somewhere_else_opens_nothing()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await using TestServer other = await ServerSteps.StartAsync();
        await using IBrowserContext context = await chromium.ContextAsync(server, null);
        (IPage page, _) = await context.OpenAsync($"{Home(other)}/admin/setup#{await other.NewSetUpCodeAsync()}");
        await AuthenticatorAsync(page);
        await page.Locator("#name").FillAsync("mallory");
        await page.Locator("#email").FillAsync("mallory@example.org");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("You are signed in as mallory");

        // The same host name, so the authenticator offers it; this server never saw it.
        await page.GotoAsync($"{Home(server)}/admin/sign-in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("That passkey is not known here");
    }

    [Fact]
    public async Task Without_a_secure_address_the_button_says_why()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await using IBrowserContext context = await chromium.ContextAsync(server, null);
        IPage page = await context.NewPageAsync();
        await page.AddInitScriptAsync("Object.defineProperty(window, 'isSecureContext', { value: false })");
        await page.GotoAsync("/admin/sign-in");
        await Assertions.Expect(page.Locator("#passkey-why")).ToContainTextAsync("need an address with https");
        await Assertions.Expect(page.Locator("#passkey")).ToHaveAttributeAsync("aria-disabled", "true");
    }

    /// <summary>Browsers keep passkeys for names, not for numbers.</summary>
    private static string Home(TestServer server) => $"http://localhost:{server.Address.Port}";

    private static async Task AuthenticatorAsync(IPage page, string transport = "internal")
    {
        ICDPSession wire = await page.Context.NewCDPSessionAsync(page);
        await wire.SendAsync("WebAuthn.enable");
        await wire.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object> { ["protocol"] = "ctap2", ["transport"] = transport, ["hasResidentKey"] = true, ["hasUserVerification"] = true, ["isUserVerified"] = true, ["automaticPresenceSimulation"] = true },
        });
    }
}
