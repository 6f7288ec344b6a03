using System.Net;
using AngleSharp.Dom;
using Flags.Core;

namespace Flags.Admin.Tests;

public sealed class FeatureListTests(AdminServer admin)
{
    [Fact]
    public async Task One_click_turns_a_feature_on_and_another_undoes_it()
    {
        await admin.Server.CreateAsync("list_switch");
        using PageClient client = await admin.SignInAsync();
        PageAnswer list = await client.GetAsync("/admin/features?search=list_switch");
        IElement off = list.Document.QuerySelector("[role=switch]")!;
        Assert.Equal(("list_switch", "false"), (off.GetAttribute("aria-label"), off.GetAttribute("aria-checked")));

        PageAnswer on = await client.SubmitAsync(list.FormOf("[role=switch]"));
        Assert.StartsWith("/admin/features?search=list_switch&done=", on.Redirected, StringComparison.Ordinal);
        Assert.Equal("true", on.Document.QuerySelector("[role=switch]")!.GetAttribute("aria-checked"));
        Assert.Contains("list_switch is on for everyone.", on.Toast, StringComparison.Ordinal);

        PageAnswer undone = await client.SubmitAsync(on.Form("#toasts form"));
        Assert.Contains("list_switch is back as it was", undone.Toast, StringComparison.Ordinal);
        Assert.Equal(FeatureState.Off, (await admin.Server.GatesAsync("list_switch")).State);
    }

    [Fact]
    public async Task Asking_twice_for_the_same_state_is_no_conflict()
    {
        await admin.Server.CreateAsync("list_twice");
        using PageClient client = await admin.SignInAsync();
        PageAnswer list = await client.GetAsync("/admin/features?search=list_twice");
        await client.SubmitAsync(list.FormOf("[role=switch]"));
        PageAnswer second = await client.SubmitAsync(list.FormOf("[role=switch]"));
        Assert.Equal(HttpStatusCode.OK, second.Status);
        Assert.Equal("", second.Toast);
        Assert.True((await admin.Server.GatesAsync("list_twice")).Boolean);
    }

    [Fact]
    public async Task A_partly_on_feature_asks_first_and_says_what_is_cleared()
    {
        await admin.Server.CreateAsync("list_partly", new Gates { Actors = ["User;1", "User;2"], Groups = ["admins"], DeniedActors = ["User;9"] });
        using PageClient client = await admin.SignInAsync();
        PageAnswer list = await client.GetAsync("/admin/features?search=list_partly");
        Assert.Contains("2 actors · 1 group · 1 denied", list.Main, StringComparison.Ordinal);
        Assert.Null(list.Document.QuerySelector("[role=switch]"));
        PageAnswer asked = await client.SubmitAsync(list.FormOf(".switch.partly"));
        Assert.Equal(428, (int)asked.Status);
        Assert.Contains("It is partly on: 2 actors, 1 group.", asked.Main, StringComparison.Ordinal);
        Assert.Equal("Change list_partly?", asked.Words("h1"));
        PageAnswer done = await client.SubmitAsync(asked.Form("[data-ask] form"), "On for everyone", ("reason", "all of them"));
        Assert.Contains("list_partly is on for everyone. Cleared 2 actors, 1 group.", done.Toast, StringComparison.Ordinal);
        Gates gates = (await admin.Server.GatesAsync("list_partly"));
        Assert.Equal((true, 0, 1), (gates.Boolean, gates.Actors.Count, gates.DeniedActors.Count));
    }

    [Fact]
    public async Task Search_state_and_tag_narrow_the_list_and_stay_in_the_address()
    {
        await admin.Server.CreateAsync("narrow_a", null, new CreateFeature { Name = "", Tags = ["narrow"], Description = "first of two", Enabled = true });
        await admin.Server.CreateAsync("narrow_b", null, new CreateFeature { Name = "", Tags = ["narrow"] });
        using PageClient client = await admin.SignInAsync();
        Assert.Equal(["narrow_a", "narrow_b"], Names(await client.GetAsync("/admin/features?tag=narrow")));
        Assert.Equal(["narrow_a"], Names(await client.GetAsync("/admin/features?tag=narrow&state=on")));
        Assert.Equal(["narrow_b"], Names(await client.GetAsync("/admin/features?tag=narrow&state=off")));
        Assert.Equal(["narrow_a"], Names(await client.GetAsync("/admin/features?search=FIRST+OF+TWO")));
        Assert.Equal(["narrow_b", "narrow_a"], Names(await client.GetAsync("/admin/features?tag=narrow&sort=changed")));
        PageAnswer none = await client.GetAsync("/admin/features?search=%3Cnothing%3E");
        Assert.Contains("Nothing matches “<nothing>”", none.Main, StringComparison.Ordinal);
        Assert.Contains("/admin/new-feature?name=%3Cnothing%3E", none.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_feature_keeps_what_was_typed_when_it_is_refused()
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/new-feature?name=brand_new");
        PageAnswer created = await client.SubmitAsync(page.Form("main form"), null, ("description", "Brand new."), ("tags", "web, core"), ("protected", "on"));
        Assert.StartsWith("/admin/features/brand_new?done=", created.Redirected, StringComparison.Ordinal);
        Assert.Contains("brand_new was created.", created.Toast, StringComparison.Ordinal);
        Feature feature = (await admin.Server.FindAsync("brand_new"))!;
        Assert.Equal(("Brand new.", true, FeatureState.Off), (feature.Description, feature.Protected, feature.State));
        Assert.Equal(["core", "web"], feature.Tags);
        PageAnswer again = await client.SubmitAsync(page.Form("main form"), null, ("description", "Another."));
        Assert.Equal(HttpStatusCode.Conflict, again.Status);
        Assert.Contains("There is a feature \"brand_new\" already.", again.Main, StringComparison.Ordinal);
        Assert.Equal("Another.", again.Document.QuerySelector("#description")!.TextContent);
    }

    private static string[] Names(PageAnswer page) => [.. page.Document.QuerySelectorAll("#rows th a").Select(a => a.TextContent)];
}
