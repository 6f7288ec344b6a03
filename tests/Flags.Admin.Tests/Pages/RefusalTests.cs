using System.Net;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin.Tests;

/// <summary>Rights: every form of every role, and what is left of an attempt.</summary>
public sealed class RefusalTests(AdminServer admin)
{
    public static readonly TheoryData<string> Actions = ["switch", "create", "delete", "details", "members", "percentage", "expression", "revert", "undo"];

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task What_a_viewer_sends_is_refused_and_audited(string action)
    {
        string name = $"refused_{action}";
        Feature before = await admin.Server.CreateAsync(name, new Gates { Actors = ["User;1"] });
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/features");
        string token = page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        string last = (await admin.Server.SqlAsync<long>($"select max(id) from flags.audit where target = '{name}'")).ToString();
        PageAnswer refused = await client.PostAsync($"/admin/do/{action}",
        [
            new("__RequestVerificationToken", token), new("name", action == "create" ? name + "_new" : name), new("to", action == "revert" ? before.Version.ToString() : "on"), new("clears", "yes"), new("confirm", name), new("version", before.Version.ToString()), new("gate", "actors"),
            new("add", "User;2"), new("value", "50"), new("expression", """{"Equal":[{"Property":["plan"]},"pro"]}"""), new("description", "x"), new("id", last),
        ]);
        Assert.True(refused.Status == HttpStatusCode.Forbidden || action == "undo", $"{refused.Status}: {refused.Main}");
        Assert.Equal(["User;1"], (await admin.Server.GatesAsync(name)).Actors);
        Assert.Null(await admin.Server.FindAsync(name + "_new"));
        if (action != "undo")
            Assert.Equal($"vera {action}", await admin.Server.SqlAsync<string>($"select caller_name || ' ' || (change ->> 'action') from flags.audit where what = 'refused' and target like '{name}%' order by id desc limit 1"));
    }

    [Fact]
    public async Task Lists_say_who_is_inside_and_what_nobody_reads()
    {
        await admin.Server.CreateAsync("inside_two", new Gates { Boolean = true });
        await admin.Server.CreateAsync("read_never");
        await admin.Server.EnterAsync("inside_two", "ImportOrders");
        await admin.Server.EnterAsync("inside_two", "SendDigest");
        await admin.Server.SqlAsync<int>("with x as (update flags.features set created_at = created_at - interval '92 days' where name = 'read_never' returning id) select id from x");
        // The cache reads rows that change.
        await admin.Server.Store.PatchAsync(ServerSteps.Key, "read_never", new FeaturePatch { Owner = "team-b" }, WriteOptions.None, CancellationToken.None);
        using PageClient client = await admin.SignInAsync();
        PageAnswer list = await client.GetAsync("/admin/features?search=inside_two");
        Assert.Equal("2 inside inside_two", list.Words("#rows .c-inside"));
        PageAnswer stale = await client.GetAsync("/admin/features?state=stale");
        Assert.Equal(["read_never"], stale.Document.QuerySelectorAll("#rows th a").Select(a => a.TextContent));
        Assert.Contains("not read for 92 days", stale.Main, StringComparison.Ordinal);
    }
}
