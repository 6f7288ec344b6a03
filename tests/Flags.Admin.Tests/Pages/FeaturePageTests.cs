using System.Net;
using Flags.Core;

namespace Flags.Admin.Tests;

public sealed class FeaturePageTests(AdminServer admin)
{
    [Fact]
    public async Task Actors_are_added_from_lines_commas_and_quotes_and_removed_one_by_one()
    {
        await admin.Server.CreateAsync("page_actors", new Gates { Actors = ["User;1"] });
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/page_actors");
        PageAnswer added = await client.SubmitAsync(page.FormOf("#i-actors"), "Add", ("add", "User;1, User;2\nUser;3\n\"User;4, the \"\"other\"\"\"\n" + new string('x', 1025)), ("reason", "OPS-1"));
        Assert.Equal(["User;1", "User;2", "User;3", "User;4, the \"other\""], (await admin.Server.GatesAsync("page_actors")).Actors);
        Assert.Contains("1 were there already. 1 refused: too long.", added.Toast, StringComparison.Ordinal);
        PageAnswer removed = await client.SubmitAsync(added.FormOf("#g-actors .chips"), "Remove User;1 from actors");
        Assert.Contains("page_actors: actors − User;1 removed.", removed.Toast, StringComparison.Ordinal);
        Assert.DoesNotContain("User;1", (await admin.Server.GatesAsync("page_actors")).Actors);
        Assert.Contains("OPS-1", removed.Words("#history-card"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("groups", "admins")]
    [InlineData("deniedActors", "User;9")]
    [InlineData("deniedGroups", "press")]
    public async Task Groups_and_denied_ones_have_the_same_form(string gate, string member)
    {
        string name = "page_" + gate;
        await admin.Server.CreateAsync(name);
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/" + name);
        PageAnswer added = await client.SubmitAsync(page.FormOf("#i-" + gate), null, ("add", member));
        Assert.Contains(member, added.Words($"#g-{gate} .chips"), StringComparison.Ordinal);
        PageAnswer nothing = await client.SubmitAsync(page.FormOf("#i-" + gate), null, ("add", " , "));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, nothing.Status);
        Assert.Contains("Not added: nothing to add", nothing.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_percentage_is_set_by_field_or_quick_button_and_refused_in_place()
    {
        await admin.Server.CreateAsync("page_percent");
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/page_percent");
        PageAnswer set = await client.SubmitAsync(page.FormOf("#i-percentage-actors"), null, ("value", "12.5"), ("reason", "ramp"));
        Assert.Contains("page_percent: % of actors none → 12.5.", set.Toast, StringComparison.Ordinal);
        PageAnswer quick = await client.SubmitAsync(set.FormOf("#i-percentage-actors"), "q-actors-50");
        Assert.Equal("50", (await admin.Server.GatesAsync("page_percent")).PercentageOfActors?.Text);
        PageAnswer wrong = await client.SubmitAsync(quick.FormOf("#i-percentage-time"), null, ("value", "a lot"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("\"a lot\" is no percentage; enter a number from 0 to 100.", wrong.Words("#g-percentage-time"), StringComparison.Ordinal);
        Assert.Equal("a lot", wrong.Document.QuerySelector("#i-percentage-time")!.GetAttribute("value"));
        Assert.Equal("/admin/features/page_percent", wrong.Form("#g-percentage-time form").GetAttribute("action"));
    }

    [Fact]
    public async Task An_expression_is_checked_refused_with_its_place_saved_and_removed()
    {
        await admin.Server.CreateAsync("page_expression");
        using PageClient client = await admin.SignInAsync();
        PageAnswer rules = await client.GetAsync("/admin/features/page_expression?edit=expression");
        PageAnswer page = await client.SubmitAsync(rules.FormOf("#as-json"), "as-json");
        PageAnswer wrong = await client.SubmitAsync(page.FormOf("#i-expression"), "Save", ("expression", """{"All":[{"Equal":[1,1]},{"GreaterThan":[1]}]}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("All[1].GreaterThan", wrong.Words("#e-expression"), StringComparison.Ordinal);
        Assert.Contains("\"GreaterThan\":[1]", wrong.Words("#i-expression"), StringComparison.Ordinal);
        const string rule = """{"Equal":[{"Property":["plan"]},"pro"]}""";
        PageAnswer check = await client.SubmitAsync(wrong.FormOf("#i-expression"), "Check", ("expression", rule));
        Assert.Contains("In words: plan is \"pro\".", check.Words("#g-expression"), StringComparison.Ordinal);
        Assert.Null((await admin.Server.GatesAsync("page_expression")).Expression);
        PageAnswer saved = await client.SubmitAsync(check.FormOf("#i-expression"), "Save");
        Assert.Equal("plan is \"pro\"", saved.Words("#g-expression .words"));
        PageAnswer edit = await client.GetAsync("/admin/features/page_expression?edit=expression");
        await client.SubmitAsync(edit.FormOf("#as-json"), "Remove expression");
        Assert.Null((await admin.Server.GatesAsync("page_expression")).Expression);
    }

    [Fact]
    public async Task Details_are_saved_and_wrong_ones_refused_without_losing_any()
    {
        await admin.Server.CreateAsync("page_details");
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/page_details?edit=details");
        PageAnswer wrong = await client.SubmitAsync(page.FormOf("#limit"), null, ("description", "About it"), ("limit", "many"), ("owner", "team-a"));
        Assert.Contains("\"many\" is no limit", wrong.Main, StringComparison.Ordinal);
        Assert.Equal("team-a", wrong.Document.QuerySelector("#owner")!.GetAttribute("value"));
        await client.SubmitAsync(wrong.FormOf("#limit"), null, ("limit", "40"), ("expires", "2027-01-31"), ("protected", "on"), ("tags", "b, a"));
        Feature feature = (await admin.Server.FindAsync("page_details"))!;
        Assert.Equal(("About it", "team-a", 40, true), (feature.Description, feature.Owner, feature.Limit, feature.Protected));
        Assert.Equal(["a", "b"], feature.Tags);
        Assert.Equal(2027, feature.ExpiresAt?.Year);
    }

    [Fact]
    public async Task Evaluating_says_who_gets_it_and_why()
    {
        await admin.Server.CreateAsync("page_evaluate", new Gates { Actors = ["User;3"], DeniedActors = ["User;9"] });
        using PageClient client = await admin.SignInAsync();
        Assert.Contains("Yes User;3 is one of the actors.", (await client.GetAsync("/admin/features/page_evaluate?actor=User%3B3")).Words("#verdict"), StringComparison.Ordinal);
        Assert.Contains("No User;9 is denied.", (await client.GetAsync("/admin/features/page_evaluate?actor=User%3B9")).Words("#verdict"), StringComparison.Ordinal);
        PageAnswer answer = await client.GetAsync("/admin/features/page_evaluate?actor=O%27Neill&properties=plan%3Dfree%3B+age%3D30");
        Assert.Contains("""--json '{"actors":[{"id":"O'\''Neill","properties":{"plan":"free","age":30}}]}'""", answer.Document.QuerySelector("pre")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_paths_cannot_carry_travel_in_the_query()
    {
        using PageClient client = await admin.SignInAsync();
        foreach (string name in new[] { "a/b", "a%2Fb", "..", "new feature", "ünï", "a?b#c", "." })
        {
            await admin.Server.CreateAsync(name);
            PageAnswer list = await client.GetAsync("/admin/features?search=" + Uri.EscapeDataString(name));
            string link = list.Document.QuerySelectorAll("#rows th a").First(a => a.TextContent == name).GetAttribute("href")!;
            Assert.Equal("/admin/feature?name=" + Uri.EscapeDataString(name), link);
            PageAnswer page = await client.GetAsync(link);
            Assert.Equal(name, page.Words("h1 .name"));
            PageAnswer on = await client.SubmitAsync(page.FormOf("#turn-on"), "turn-on");
            Assert.Equal(name, on.Words("h1 .name"));
            Assert.True((await admin.Server.GatesAsync(name)).Boolean);
        }
    }

    [Fact]
    public async Task Ten_thousand_actors_are_found_and_paged()
    {
        await admin.Server.CreateAsync("page_many");
        using PageClient client = await admin.SignInAsync();
        PageAnswer empty = await client.GetAsync("/admin/features/page_many");
        PageAnswer page = await client.SubmitAsync(empty.FormOf("#i-actors"), null, ("add", string.Join('\n', Enumerable.Range(0, 10_000).Select(n => $"User;{n:00000};{new string('x', 40)}"))));
        Assert.Contains("and 9,995 more", page.Toast, StringComparison.Ordinal);
        Assert.Equal(50, page.Document.QuerySelectorAll("#g-actors .chips li").Length);
        PageAnswer second = await client.GetAsync("/admin/features/page_many?edit=actors&at=2");
        Assert.Contains("51–100 of 10,000", second.Words("#g-actors"), StringComparison.Ordinal);
        PageAnswer found = await client.GetAsync("/admin/features/page_many?edit=actors&find=0777");
        Assert.Equal(["User;00777", "User;07770", "User;07771"], found.Document.QuerySelectorAll("#g-actors .chips li span").Take(3).Select(s => s.TextContent[..10]));
    }
}
