using System.Net;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin.Tests;

/// <summary>Protection, conflicts, undo, roles, and the database being away.</summary>
public sealed class AskingTests(AdminServer admin)
{
    [Fact]
    public async Task A_protected_feature_is_off_only_with_its_name_typed()
    {
        await admin.Server.CreateAsync("ask_protected", null, new CreateFeature { Name = "", Protected = true, Enabled = true });
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/ask_protected");
        PageAnswer asked = await client.SubmitAsync(page.FormOf("#turn-off"), "turn-off");
        Assert.Equal(428, (int)asked.Status);
        PageAnswer wrong = await client.SubmitAsync(asked.Form("[data-ask] form"), "Turn off", ("confirm", "ask_protecte"));
        Assert.Equal(428, (int)wrong.Status);
        Assert.Contains("That is not the name.", wrong.Main, StringComparison.Ordinal);
        Assert.True((await admin.Server.GatesAsync("ask_protected")).Boolean);
        PageAnswer done = await client.SubmitAsync(wrong.Form("[data-ask] form"), "Turn off", ("confirm", "ask_protected"), ("reason", "on purpose"));
        Assert.Contains("ask_protected is off.", done.Toast, StringComparison.Ordinal);
        Assert.Contains("on purpose", done.Words("#history-card"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clearing_the_last_gate_of_a_protected_feature_asks_too()
    {
        await admin.Server.CreateAsync("ask_last", new Gates { Actors = ["User;1"] }, new CreateFeature { Name = "", Protected = true });
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/ask_last");
        PageAnswer asked = await client.SubmitAsync(page.FormOf("#g-actors .chips"), "Remove User;1 from actors");
        Assert.Equal(428, (int)asked.Status);
        PageAnswer done = await client.SubmitAsync(asked.Form("[data-ask] form"), "Turn off", ("confirm", "ask_last"));
        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Equal(FeatureState.Off, (await admin.Server.GatesAsync("ask_last")).State);
    }

    [Fact]
    public async Task Both_answers_of_a_partly_on_protected_feature_are_guarded()
    {
        await admin.Server.CreateAsync("ask_both", new Gates { Actors = ["User;1"] }, new CreateFeature { Name = "", Protected = true });
        using PageClient client = await admin.SignInAsync();
        PageAnswer list = await client.GetAsync("/admin/features?search=ask_both");
        PageAnswer asked = await client.SubmitAsync(list.FormOf(".switch.partly"));
        PageAnswer typed = await client.SubmitAsync(asked.Form("[data-ask] form"), "Turn off");
        Assert.Equal(428, (int)typed.Status);
        Assert.NotNull(typed.Document.QuerySelector("#ask-confirm"));
        Assert.Equal(FeatureState.Conditional, (await admin.Server.GatesAsync("ask_both")).State);
    }

    [Fact]
    public async Task Deleting_needs_the_name_and_undo_brings_the_feature_back()
    {
        await admin.Server.CreateAsync("ask_delete", new Gates { Actors = ["User;1"] });
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/ask_delete");
        PageAnswer asked = await client.SubmitAsync(page.FormOf("#delete"));
        Assert.Equal(428, (int)asked.Status);
        PageAnswer gone = await client.SubmitAsync(asked.Form("[data-ask] form"), "Delete", ("confirm", "ask_delete"));
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.Contains("ask_delete was deleted", gone.Toast, StringComparison.Ordinal);
        Assert.Contains("It was here before", gone.Main, StringComparison.Ordinal);
        PageAnswer back = await client.SubmitAsync(gone.Form("#toasts form"), "Undo");
        Assert.Equal(HttpStatusCode.OK, back.Status);
        Assert.Equal(["User;1"], (await admin.Server.GatesAsync("ask_delete")).Actors);
    }

    [Fact]
    public async Task A_stale_form_is_told_who_changed_what_and_can_set_its_own()
    {
        await admin.Server.CreateAsync("ask_conflict");
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/ask_conflict");
        Assert.True(Percentage.TryFromNumber("50", out Percentage half));
        await admin.Server.Store.PatchGatesAsync(ServerSteps.Key, "ask_conflict", new GatesPatch { PercentageOfActors = half }, WriteOptions.None, CancellationToken.None);
        PageAnswer conflict = await client.SubmitAsync(page.FormOf("#i-percentage-actors"), null, ("value", "25"));
        Assert.Equal(HttpStatusCode.Conflict, conflict.Status);
        Assert.Matches(@"ci-2 changed it (just now|\d+ s ago): % of actors none → 50", conflict.Main);
        Assert.Contains("You wanted 25 % of actors.", conflict.Main, StringComparison.Ordinal);
        Assert.Equal("50", (await admin.Server.GatesAsync("ask_conflict")).PercentageOfActors?.Text);
        PageAnswer mine = await client.SubmitAsync(conflict.Form("[data-ask] form"));
        Assert.Contains("% of actors 50 → 25", mine.Toast, StringComparison.Ordinal);
        Assert.Equal("25", (await admin.Server.GatesAsync("ask_conflict")).PercentageOfActors?.Text);
    }

    [Fact]
    public async Task History_reverts_to_any_version_and_undo_is_refused_once_somebody_else_changed_it()
    {
        Feature first = await admin.Server.CreateAsync("ask_revert", new Gates { Actors = ["User;1", "User;2"] });
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/ask_revert");
        PageAnswer off = await client.SubmitAsync((await client.SubmitAsync(page.FormOf("#turn-off"), "turn-off")).Form("[data-ask] form"), "Turn off");
        Assert.Contains("Cleared 2 actors.", off.Toast, StringComparison.Ordinal);
        await admin.Server.Store.EnableAsync(ServerSteps.Key, "ask_revert", WriteOptions.None, CancellationToken.None);
        PageAnswer late = await client.SubmitAsync(off.Form("#toasts form"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        PageAnswer now = await client.GetAsync("/admin/features/ask_revert");
        PageAnswer reverted = await client.SubmitAsync(now.FormOf($"#b-{first.Version}"));
        Assert.Contains("ask_revert is back as it was", reverted.Toast, StringComparison.Ordinal);
        Assert.Equal(first.Gates, (await admin.Server.GatesAsync("ask_revert")));
    }

    [Fact]
    public async Task The_toast_is_only_for_who_did_it()
    {
        await admin.Server.CreateAsync("ask_toast");
        using PageClient anna = await admin.SignInAsync();
        using PageClient sam = await admin.SignInAsync("sam");
        PageAnswer done = await anna.SubmitAsync((await anna.GetAsync("/admin/features/ask_toast")).FormOf("#turn-on"), "turn-on");
        Assert.Contains("ask_toast is on for everyone.", done.Toast, StringComparison.Ordinal);
        Assert.Equal("", (await sam.GetAsync(done.Redirected!)).Toast);
    }

    [Fact]
    public async Task A_viewer_sees_why_nothing_can_be_changed_and_a_post_is_refused()
    {
        await admin.Server.CreateAsync("ask_viewer");
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/features/ask_viewer");
        Assert.Contains("Changing it needs the role operator", page.Words("#blocked"), StringComparison.Ordinal);
        Assert.All(page.Document.QuerySelectorAll("main form[method=post] button"), button => Assert.Equal("blocked", button.GetAttribute("aria-describedby")));
        PageAnswer refused = await client.SubmitAsync(page.FormOf("#turn-on"), "turn-on");
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("your role is viewer, and this needs operator", refused.Main, StringComparison.Ordinal);
        PageAnswer form = await client.SubmitAsync(page.FormOf("#i-percentage-actors"), null, ("value", "25"));
        Assert.Equal(HttpStatusCode.Forbidden, form.Status);
    }
}
