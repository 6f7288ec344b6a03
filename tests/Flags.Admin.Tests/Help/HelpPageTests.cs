using System.Net;

namespace Flags.Admin.Tests;

public sealed class HelpPageTests(AdminServer admin)
{
    [Fact]
    public async Task Help_is_about_the_feature_of_the_page_one_came_from()
    {
        await admin.Server.CreateAsync("help_from");
        await admin.Server.CreateAsync("help from/here");
        using PageClient client = await admin.SignInAsync("vera");
        foreach ((string path, string name) in new[] { ("/admin/features/help_from", "help_from"), ("/admin/feature?name=help%20from%2Fhere", "help from/here"), ("/admin/deploys?feature=help_from", "help_from"), ("/admin/features", "jobs_processing") })
        {
            string link = (await client.GetAsync(path)).Document.QuerySelector("#help")!.GetAttribute("href")!;
            PageAnswer help = await client.GetAsync(link);
            Assert.Equal(HttpStatusCode.OK, help.Status);
            Assert.Contains(Uri.EscapeDataString(name), help.Words("#curl-check"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tabs_are_links_that_keep_the_feature_and_unknown_ones_are_the_first()
    {
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/help?for=nonsense&feature=search");
        Assert.Equal(["/admin/help?for=curl&feature=search", "/admin/help?for=cli&feature=search", "/admin/help?for=csharp&feature=search", "/admin/help?for=pipeline&feature=search"],
            page.Document.QuerySelectorAll("#tabs a").Select(a => a.GetAttribute("href")));
        Assert.Equal("curl", page.Document.QuerySelector("#tabs [aria-current]")!.TextContent);
        foreach (string tab in new[] { "curl", "cli", "csharp", "pipeline" })
            Assert.NotEmpty((await client.GetAsync("/admin/help?for=" + tab)).Document.QuerySelectorAll("#blocks .card"));
    }

    [Fact]
    public async Task Refusals_keys_and_words_are_explained_to_everybody()
    {
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/help");
        foreach (string words in new[] { "423 Locked", "409 Conflict", "410 Gone", "428 Precondition Required", "Ctrl K", "Takeover", "Generation" })
            Assert.Contains(words, page.Main, StringComparison.Ordinal);
        using var stranger = new PageClient(admin.Server.Address);
        Assert.StartsWith("/admin/sign-in", (await stranger.GetAsync("/admin/help?feature=x")).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_tell_every_value_and_its_variable_but_no_secret()
    {
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/settings");
        foreach (string words in new[] { "Flags__PublicUrl", "ConnectionStrings__Flags", "Flags__Leases__MaxTtl", "15 min", "set: whoever has it may do everything", "version", "for ever" })
            Assert.Contains(words, page.Main, StringComparison.Ordinal);
        Assert.DoesNotContain(Testing.TestServer.AdminKey, page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Password=", page.Html, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["This server", "Help"], page.Document.QuerySelectorAll(".second a").Select(a => a.TextContent));
        using PageClient anna = await admin.SignInAsync();
        Assert.Equal(["This server", "Keys", "Help"], (await anna.GetAsync("/admin/settings")).Document.QuerySelectorAll(".second a").Select(a => a.TextContent));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("http://127.0.0.1:5180/x?y", "'http://127.0.0.1:5180/x?y'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("", "''")]
    public void A_word_is_quoted_for_the_shell_when_it_has_to_be(string text, string word) => Assert.Equal(word, Shell.Word(text));

    [Theory]
    [InlineData("plain é", "\"plain é\"")]
    [InlineData("a\"b\\c\n", "\"a\\\"b\\\\c\\u000a\"")]
    public void A_text_is_a_literal_of_CSharp(string text, string literal) => Assert.Equal(literal, Shell.CSharp(text));
}
