using System.Net;
using Flags.Testing;

namespace Flags.Admin.Tests;

public sealed class SecurityTests(AdminServer admin)
{
    public static readonly TheoryData<string> Paths = ["/admin/sign-in", "/admin/features", "/admin/features/jobs_processing", "/admin/new-feature", "/admin/features/none_such", "/admin/nowhere", "/admin/setup", "/admin/status", "/admin/do/switch", "/admin/workers", "/admin/claims?key=x", "/admin/do/tell-workers"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_answer_has_the_headers_that_forbid_everything_else(string path)
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer answer = await client.GetAsync(path);
        Assert.Equal("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", answer.Headers["Content-Security-Policy"]);
        Assert.Equal("nosniff", answer.Headers["X-Content-Type-Options"]);
        Assert.Equal("no-referrer", answer.Headers["Referrer-Policy"]);
        Assert.Equal("same-origin", answer.Headers["Cross-Origin-Opener-Policy"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Empty(answer.Document.QuerySelectorAll("[style], style, script:not([src]), [onclick], base"));
    }

    [Theory]
    [InlineData("/admin/nowhere", 404, "No such page")]
    [InlineData("/admin/setup", 404, "No such page")]
    [InlineData("/admin/status", 404, "No such page")]
    [InlineData("/admin/features/none_such", 404, "No feature called “none_such”")]
    public async Task What_is_not_there_is_a_page_with_its_status(string path, int status, string words)
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer answer = await client.GetAsync(path);
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(words, answer.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_value_changes_nothing_and_is_offered_again()
    {
        await admin.Server.CreateAsync("csrf_none");
        using PageClient client = await admin.SignInAsync();
        KeyValuePair<string, string>[] fields = [new("name", "csrf_none"), new("to", "on"), new("back", "/admin/features")];
        PageAnswer refused = await client.PostAsync("/admin/do/switch", fields, ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("made for another sign-in or is too old", refused.Main, StringComparison.Ordinal);
        Assert.False((await admin.Server.GatesAsync("csrf_none")).Boolean);
        PageAnswer again = await client.SubmitAsync(refused.Form("main form"));
        Assert.StartsWith("/admin/features?done=", again.Redirected, StringComparison.Ordinal);
        Assert.True((await admin.Server.GatesAsync("csrf_none")).Boolean);
    }

    [Fact]
    public async Task A_form_of_another_sign_in_is_refused_on_pages_too()
    {
        using PageClient anna = await admin.SignInAsync();
        using PageClient sam = await admin.SignInAsync("sam");
        PageAnswer page = await anna.GetAsync("/admin/new-feature");
        PageAnswer refused = await sam.SubmitAsync(page.Form("main form"), null, ("name", "csrf_other"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("Not changed", refused.Main, StringComparison.Ordinal);
        Assert.Null(await admin.Server.FindAsync("csrf_other"));
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task A_post_from_another_site_is_refused_though_all_its_fields_are_right(string site)
    {
        await admin.Server.CreateAsync("csrf_" + site);
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/csrf_" + site);
        KeyValuePair<string, string>[] fields = [.. PageClient.Fields(page.FormOf("#turn-on")), new("to", "on")];
        PageAnswer refused = await client.PostAsync("/admin/do/switch", fields, ("Sec-Fetch-Site", site));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("did not come from a page of this server", refused.Main, StringComparison.Ordinal);
        Assert.False((await admin.Server.GatesAsync("csrf_" + site)).Boolean);
    }

    [Fact]
    public async Task The_API_takes_no_cookie_and_the_pages_take_no_key()
    {
        using PageClient client = await admin.SignInAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/features")).Status);
        await using TestServer server = await ServerSteps.StartAsync();
        using var keyed = new PageClient(server.Address);
        Assert.Equal(HttpStatusCode.OK, (await keyed.GetAsync("/api/v1/features", ("Authorization", $"Bearer {TestServer.AdminKey}"))).Status);
        Assert.Equal("/admin/sign-in", (await keyed.GetAsync("/admin/features", ("Authorization", $"Bearer {TestServer.AdminKey}"))).Location);
    }

    [Fact]
    public async Task Behind_https_cookies_are_secure_and_bound_to_the_host()
    {
        await using TestServer server = await ServerSteps.StartAsync(null, ("Flags:PublicUrl", "https://flags.example"));
        await server.AddPersonAsync("anna", "admin");
        using var client = new PageClient(server.Address);
        PageAnswer page = await client.GetAsync("/admin/sign-in");
        string form = page.Headers["Set-Cookie"];
        Assert.StartsWith("__Host-flags-form=", form, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/sign-in") { Content = new FormUrlEncodedContent([.. PageClient.Fields(page.FormOf("#passphrase")).Where(f => f.Key is not ("email" or "passphrase")), new("email", "anna@example.org"), new("passphrase", AdminServer.Passphrase)]) };
        request.Headers.Add("Cookie", form.Split(';')[0]);
        using var plain = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = server.Address };
        using HttpResponseMessage response = await plain.SendAsync(request);
        string session = response.Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("__Host-flags=", StringComparison.Ordinal));
        foreach (string wanted in new[] { "secure", "httponly", "path=/", "samesite=lax" })
            Assert.Contains(wanted, session, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Style_script_and_icon_are_kept_for_ever_under_names_of_their_content()
    {
        using var client = new PageClient(admin.Server.Address);
        PageAnswer page = await client.GetAsync("/admin/sign-in");
        string[] assets = [.. page.Document.QuerySelectorAll("link[href], script[src]").Select(e => e.GetAttribute("href") ?? e.GetAttribute("src")!)];
        Assert.Equal(4, assets.Length);
        foreach (string asset in assets)
        {
            Assert.Matches(@"^/admin/assets/[a-z]+\.[0-9a-f]{10}\.(css|js|svg)$", asset);
            PageAnswer answer = await client.GetAsync(asset);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers["Cache-Control"]);
            Assert.NotEmpty(answer.Html);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/admin/assets/app.css")).Status);
    }
}
