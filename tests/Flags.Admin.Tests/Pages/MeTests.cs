using System.Net;
using Flags.Core;

namespace Flags.Admin.Tests;

public sealed class MeTests(AdminServer admin)
{
    [Fact]
    public async Task A_new_passphrase_needs_the_old_one_and_ends_the_other_sessions()
    {
        await admin.Server.AddPersonAsync("olga", "operator");
        using PageClient here = await admin.SignInAsync("olga");
        PageAnswer page = await here.GetAsync("/admin/me");
        PageAnswer wrong = await here.SubmitAsync(page.FormOf("#current"), null, ("current", "not it at all"), ("passphrase", "another long passphrase"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("is not your passphrase", wrong.Main, StringComparison.Ordinal);
        PageAnswer shortOne = await here.SubmitAsync(wrong.FormOf("#current"), null, ("current", AdminServer.Passphrase), ("passphrase", "short"));
        Assert.Contains("has 5 characters; 12 to 256 are needed", shortOne.Main, StringComparison.Ordinal);
        PageAnswer done = await here.SubmitAsync(shortOne.FormOf("#current"), null, ("current", AdminServer.Passphrase), ("passphrase", "another long passphrase"));
        Assert.Equal("/admin/me?saved=passphrase", done.Redirected);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/admin/me")).Status);
        using var again = new PageClient(admin.Server.Address);
        await again.SignInAsync("olga@example.org", "another long passphrase");
        Assert.Equal("olga", await admin.Server.SqlAsync<string>("select target from flags.audit where what = 'person.passphrase' order by id desc limit 1"));
    }

    [Fact]
    public async Task Passphrases_cannot_be_tried_on_an_open_page()
    {
        await admin.Server.AddPersonAsync("petra", "viewer");
        using PageClient client = await admin.SignInAsync("petra");
        PageAnswer page = await client.GetAsync("/admin/me");
        for (int i = 0; i < 5; i++)
            page = await client.SubmitAsync(page.FormOf("#current"), null, ("current", $"guess number {i}"), ("passphrase", "another long passphrase"));
        PageAnswer locked = await client.SubmitAsync(page.FormOf("#current"), null, ("current", AdminServer.Passphrase), ("passphrase", "another long passphrase"));
        Assert.Contains("was wrong five times", locked.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_the_session_that_asks()
    {
        await admin.Server.AddPersonAsync("rita", "viewer");
        using PageClient client = await admin.SignInAsync("rita");
        PageAnswer page = await client.GetAsync("/admin/me");
        PageAnswer done = await client.SubmitAsync(page.FormOf("main .danger"));
        Assert.Equal("/admin/sign-in", done.Redirected);
        Assert.Equal(HttpStatusCode.SeeOther, (await client.GetAsync("/admin/me")).Status);
    }

    [Theory]
    [InlineData("Europe/Berlin", "+01:00")]
    [InlineData("Europe%2FBerlin", "+01:00")]
    [InlineData("UTC", "UTC")]
    [InlineData("No/Such<Zone>", "UTC")]
    public async Task Times_are_shown_in_the_zone_of_the_cookie(string zone, string expected)
    {
        await admin.Server.CreateAsync("zone_" + expected.Length + zone.Length);
        using PageClient client = await admin.SignInAsync();
        PageAnswer answer = await client.GetAsync("/admin/me", ("Cookie", $"flags-zone={zone}; {client.Cookies.GetCookieHeader(admin.Server.Address)}"));
        string told = answer.Words("fieldset.field .hint");
        Assert.Contains(zone.StartsWith("Europe", StringComparison.Ordinal) && told.Contains("+02:00", StringComparison.Ordinal) ? "+02:00" : expected, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_change_of_mine_is_undone_and_that_of_others_is_not()
    {
        await admin.Server.AddPersonAsync("ulla", "operator");
        await admin.Server.CreateAsync("mine_only");
        using PageClient client = await admin.SignInAsync("ulla");
        PageAnswer page = await client.GetAsync("/admin/features/mine_only");
        PageAnswer nothing = await client.SubmitAsync(page.FormOf("#undo-mine"));
        Assert.Contains("no change of yours within the last hour", nothing.Main, StringComparison.Ordinal);
        PageAnswer on = await client.SubmitAsync(page.FormOf("#turn-on"), "On for everyone");
        Assert.True((await admin.Server.GatesAsync("mine_only")).Boolean);
        await client.SubmitAsync(on.FormOf("#undo-mine"));
        Assert.False((await admin.Server.GatesAsync("mine_only")).Boolean);
        Assert.Equal(FeatureState.Off, (await admin.Server.FindAsync("mine_only"))!.State);
    }
}
