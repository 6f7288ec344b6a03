using System.Net;

namespace Flags.Admin.Tests;

public sealed class SignInTests(AdminServer admin)
{
    public static readonly TheoryData<string> Elsewhere =
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/admin\\..\\..\\evil.example", "javascript:alert(1)", "/adminevil.example", "http:evil.example", "/admin/\nLocation: x", " /admin", "/%09/evil.example", "/api/v1/features",
        "/admin/do/sign-out",
    ];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public async Task Signing_in_leads_to_no_other_place(string back)
    {
        using var client = new PageClient(admin.Server.Address);
        PageAnswer page = await client.GetAsync("/admin/sign-in?back=" + Uri.EscapeDataString(back));
        Assert.Equal("/admin/features", page.Document.QuerySelector("main input[name=back]")!.GetAttribute("value"));
        PageAnswer answer = await client.SubmitAsync(page.FormOf("#passphrase"), null, ("email", "sam@example.org"), ("passphrase", AdminServer.Passphrase), ("back", back));
        Assert.Equal("/admin/features", answer.Redirected);
    }

    [Fact]
    public async Task A_page_sends_to_sign_in_and_sign_in_leads_back()
    {
        using var client = new PageClient(admin.Server.Address);
        PageAnswer refused = await client.GetAsync("/admin/features?state=on&search=a%26b");
        Assert.Equal(HttpStatusCode.SeeOther, refused.Status);
        PageAnswer page = await client.GetAsync(refused.Location!);
        PageAnswer answer = await client.SubmitAsync(page.FormOf("#passphrase"), null, ("email", "sam@example.org"), ("passphrase", AdminServer.Passphrase));
        Assert.Equal("/admin/features?state=on&search=a%26b", answer.Redirected);
        Assert.Contains("sam", answer.Words(".menu"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_passphrase_and_an_unknown_person_are_told_the_same()
    {
        // Nobody else signs in as her: of two at once, of which one has a failure to forget, one is refused.
        await admin.Server.AddPersonAsync("wanda", "viewer");
        using var client = new PageClient(admin.Server.Address);
        PageAnswer page = await client.GetAsync("/admin/sign-in");
        PageAnswer known = await client.SubmitAsync(page.FormOf("#passphrase"), null, ("email", "wanda@example.org"), ("passphrase", "wrong but long enough"));
        PageAnswer unknown = await client.SubmitAsync(page.FormOf("#passphrase"), null, ("email", "nobody@example.org"), ("passphrase", "wrong but long enough"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, known.Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, unknown.Status);
        Assert.Equal(known.Main, unknown.Main);
        Assert.Contains("The e-mail or passphrase is wrong.", known.Main, StringComparison.Ordinal);
        Assert.Equal("wanda@example.org", known.Document.QuerySelector("#email")!.GetAttribute("value"));
    }

    [Fact]
    public async Task After_five_failures_the_right_passphrase_is_refused_too()
    {
        await admin.Server.AddPersonAsync("mallory", "viewer");
        using var client = new PageClient(admin.Server.Address);
        PageAnswer page = await client.GetAsync("/admin/sign-in");
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.SubmitAsync(page.FormOf("#passphrase"), null, ("email", "mallory@example.org"), ("passphrase", "wrong but long enough"))));
        PageAnswer locked = await client.SubmitAsync(page.FormOf("#passphrase"), null, ("email", "mallory@example.org"), ("passphrase", AdminServer.Passphrase));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, locked.Status);
        Assert.Contains("The e-mail or passphrase is wrong.", locked.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_needs_a_post()
    {
        using PageClient client = await admin.SignInAsync("sam");
        Assert.Equal("/admin/features", (await client.GetAsync("/admin/do/sign-out")).Location);
        PageAnswer page = await client.GetAsync("/admin/features");
        Assert.Equal("/admin/sign-in", (await client.SubmitAsync(page.Form(".menu form.native"))).Redirected);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.GetAsync("/admin/features")).Status);
    }
}
