using System.Net;
using AngleSharp.Html.Dom;
using Flags.Core;

namespace Flags.Admin.Tests;

/// <summary>The rule editor without a script: every button sends the form, and only Save saves.</summary>
public sealed class ExpressionEditorTests(AdminServer admin)
{
    [Fact]
    public async Task Rules_are_added_filled_in_and_saved_as_one_expression()
    {
        await admin.Server.CreateAsync("rules_new");
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/rules_new?edit=expression");
        page = await client.SubmitAsync(Form(page), "add-plan");
        page = await client.SubmitAsync(Form(page), "add-rule");
        Assert.Equal(2, page.Document.QuerySelectorAll(".rule").Length);
        page = await SetAsync(client, page, 1, "age", "GreaterThanOrEqualTo", "number", "21", ("check", "1"));
        Assert.Contains("In words: plan is \"pro\" and age is at least 21.", page.Main, StringComparison.Ordinal);
        Assert.Contains("Depth 3 of 16, 5 nodes of 256", page.Main, StringComparison.Ordinal);
        Assert.Null((await admin.Server.GatesAsync("rules_new")).Expression);
        PageAnswer saved = await client.SubmitAsync(Form(page), "Save");
        Assert.Contains("plan is \"pro\" and age is at least 21", saved.Words("#g-expression"), StringComparison.Ordinal);
        Assert.Equal("""{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"GreaterThanOrEqualTo":[{"Property":["age"]},21]}]}""", (await admin.Server.GatesAsync("rules_new")).Expression!.Json);
    }

    [Theory]
    [InlineData("""{"Equal":[{"Property":["plan"]},"pro"]}""", 1)]
    [InlineData("""{"Any":[{"NotEqual":[{"Property":["beta"]},true]},{"LessThan":[{"Property":["age"]},12.5]}]}""", 2)]
    [InlineData("""{"All":[{"Equal":[{"Property":["plan"]},"pro"]}]}""", 1)]
    [InlineData("""{"LessThan":[{"Now":[]},{"Time":["2026-12-31T00:00:00Z"]}]}""", 1)]
    [InlineData("""{"PercentageOfActors":[{"Property":["account"]},25]}""", 1)]
    public async Task What_rules_can_say_opens_as_rules_and_saves_unchanged(string json, int rules)
    {
        string name = "rules_open_" + Guid.NewGuid().ToString("N");
        await admin.Server.CreateAsync(name, new Gates { Expression = Parse(json) });
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync($"/admin/features/{name}?edit=expression");
        Assert.Equal(rules, page.Document.QuerySelectorAll(".rule").Length);
        PageAnswer text = await client.SubmitAsync(Form(page), "as-json");
        Assert.Equal(Parse(json).Json, Parse(text.Document.QuerySelector("textarea[name=expression]")!.TextContent).Json);
        PageAnswer back = await client.SubmitAsync(Form(text), "as-rules");
        Assert.Equal(rules, back.Document.QuerySelectorAll(".rule").Length);
        await client.SubmitAsync(Form(back), "Save");
        Assert.Equal(Parse(json).Json, (await admin.Server.GatesAsync(name)).Expression!.Json);
    }

    [Theory]
    [InlineData("""{"All":[{"Any":[{"Equal":[{"Property":["a"]},1]}]}]}""")]
    [InlineData("""{"FeatureEnabled":["search"]}""")]
    [InlineData("""{"Equal":[{"Number":[{"Property":["a"]}]},1]}""")]
    [InlineData("""{"LessThan":[{"Now":[]},{"Time":["2026-12-31T00:00:30+02:00"]}]}""")]
    [InlineData("""{"Equal":["pro",{"Property":["plan"]}]}""")]
    public async Task What_rules_cannot_say_stays_json(string json)
    {
        string name = "rules_json_" + Guid.NewGuid().ToString("N");
        await admin.Server.CreateAsync(name, new Gates { Expression = Parse(json) });
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync($"/admin/features/{name}?edit=expression");
        Assert.Empty(page.Document.QuerySelectorAll(".rule"));
        PageAnswer still = await client.SubmitAsync(Form(page), "as-rules");
        Assert.Contains("so it stays JSON", still.Main, StringComparison.Ordinal);
        Assert.Equal(Parse(json).Json, Parse(still.Document.QuerySelector("textarea[name=expression]")!.TextContent).Json);
    }

    [Fact]
    public async Task What_is_wrong_is_named_and_kept()
    {
        await admin.Server.CreateAsync("rules_wrong");
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.SubmitAsync(Form(await client.GetAsync("/admin/features/rules_wrong?edit=expression")), "add-rule");
        Assert.Null(page.Document.QuerySelector("#e-expression"));
        PageAnswer refused = await SetAsync(client, page, 0, "age", "Equal", "number", "many");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("rule 1: \"many\" is no number", refused.Words("#e-expression"), StringComparison.Ordinal);
        Assert.Equal("many", refused.Document.QuerySelector(".rule [name=value]")!.GetAttribute("value"));
        PageAnswer unnamed = await SetAsync(client, refused, 0, "", "Equal", "text", "x");
        Assert.Contains("rule 1: name the property", unnamed.Words("#e-expression"), StringComparison.Ordinal);
        PageAnswer nothing = await client.SubmitAsync(Form(unnamed), "Remove rule 1");
        Assert.Contains("No rules yet.", nothing.Main, StringComparison.Ordinal);
        Assert.Contains("add a rule", (await client.SubmitAsync(Form(nothing), "Save")).Words("#e-expression"), StringComparison.Ordinal);
        PageAnswer text = await client.SubmitAsync(Form(nothing), "as-json");
        PageAnswer place = await client.SubmitAsync(Form(text), "Save", ("expression", """{"All":[{"Equal":[1,1]},{"GreaterThan":[1]}]}"""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, place.Status);
        Assert.Contains("All[1].GreaterThan takes 2 arguments, has 1", place.Words("#e-expression"), StringComparison.Ordinal);
        Assert.Null((await admin.Server.GatesAsync("rules_wrong")).Expression);
    }

    [Fact]
    public async Task A_draft_is_checked_with_the_actor_on_the_right()
    {
        await admin.Server.CreateAsync("rules_try");
        using PageClient client = await admin.SignInAsync();
        foreach ((string plan, string expected) in new[] { ("pro", "It is true for User;3 with plan=pro."), ("free", "It is not true for User;3 with plan=free.") })
        {
            PageAnswer page = await client.GetAsync($"/admin/features/rules_try?edit=expression&actor=User%3B3&properties=plan%3D{plan}");
            page = await client.SubmitAsync(Form(page), "add-plan");
            PageAnswer tried = await client.SubmitAsync(Form(page), "Check with User;3");
            Assert.Contains(expected, tried.Words("#g-expression [role=status]"), StringComparison.Ordinal);
        }

        Assert.Null((await admin.Server.GatesAsync("rules_try")).Expression);
    }

    private static IHtmlFormElement Form(PageAnswer page) => page.FormOf("#as-json");

    private static Expression Parse(string json) => Expression.TryParse(json, ExpressionRules.Strict, out Expression? parsed, out string? error) ? parsed : throw new InvalidOperationException(error);

    /// <summary>Sends the form with other values in one line.</summary>
    private static Task<PageAnswer> SetAsync(PageClient client, PageAnswer page, int line, string property, string function, string type, string value, params (string Name, string Value)[] more)
    {
        (string Name, string Value)[] set = [("property", property), ("operator", function), ("type", type), ("value", value)];
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var fields = new List<KeyValuePair<string, string>>();
        foreach ((string name, string old) in PageClient.Fields(Form(page)))
        {
            int at = seen[name] = seen.GetValueOrDefault(name, -1) + 1;
            string? wanted = at == line ? set.FirstOrDefault(s => s.Name == name).Value : null;
            fields.Add(KeyValuePair.Create(name, wanted ?? old));
        }

        return client.PostAsync(Form(page).GetAttribute("action")!, [.. fields, .. more.Select(m => KeyValuePair.Create(m.Name, m.Value))]);
    }
}
