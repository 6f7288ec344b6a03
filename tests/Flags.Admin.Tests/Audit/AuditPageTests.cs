using System.Globalization;
using System.Net;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin.Tests;

public sealed class AuditPageTests(AdminServer admin)
{
    [Fact]
    public async Task A_line_says_when_who_what_and_why()
    {
        await admin.Server.CreateAsync("audit_line");
        Assert.True(Percentage.TryFromNumber("25", out Percentage quarter));
        await admin.Server.Store.PatchGatesAsync(ServerSteps.Key, "audit_line", new GatesPatch { PercentageOfActors = quarter }, new WriteOptions { Reason = "ramp, OPS-12" }, CancellationToken.None);
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/audit?feature=audit_line");
        Assert.Equal(2, page.Document.QuerySelectorAll("#rows tr").Length);
        string line = page.Words("#rows tr");
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ key ci-2 gates audit_line % of actors none → 25 ?ramp, OPS-12", line);
        Assert.Equal("/admin/features/audit_line", page.Document.QuerySelector("#rows th a")!.GetAttribute("href"));

        PageAnswer row = await client.GetAsync(page.Document.QuerySelector("#rows td a")!.GetAttribute("href")!);
        foreach (string words in new[] { "feature.gates", "ramp, OPS-12", "ci-2", "% of actors none → 25", "percentageOfActors" })
            Assert.Contains(words, row.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_stay_in_the_form()
    {
        await admin.Server.CreateAsync("audit_filter");
        await admin.Server.Store.EnableAsync(ServerSteps.Key, "audit_filter", WriteOptions.None, CancellationToken.None);
        using PageClient client = await admin.SignInAsync();
        PageAnswer off = await client.SubmitAsync((await client.GetAsync("/admin/features/audit_filter")).FormOf("#turn-off"), "turn-off", ("reason", "x"));
        Assert.Equal(HttpStatusCode.OK, off.Status);
        // The days of the rows: it may be midnight between them.
        string[] days = [.. (await client.GetAsync("/admin/audit?feature=audit_filter")).Document.QuerySelectorAll("#rows time").Select(row => row.GetAttribute("datetime")![..10]).Order()];
        (string first, string last) = (days[0], days[^1]);
        string after = DateOnly.ParseExact(last, "yyyy-MM-dd", CultureInfo.InvariantCulture).AddDays(1).ToString("yyyy-MM-dd");
        (string Query, int Rows)[] cases =
        [
            ("", 3), ("&who=anna", 1), ("&who=ci-2", 2), ("&what=feature", 3), ("&what=feature.enable", 1), ("&what=key", 0), ($"&from={first}", 3), ($"&to={last}", 3),
            ($"&from={after}", 0), ("&to=2020-01-01", 0), ("&from=2020-01-01T00:00:00Z&to=2020-01-01T00:00:01Z", 0),
        ];
        foreach ((string query, int rows) in cases)
        {
            PageAnswer page = await client.GetAsync("/admin/audit?feature=audit_filter" + query);
            Assert.True(rows == page.Document.QuerySelectorAll("#rows tr").Length, $"{query}: {page.Main}");
            if (rows == 0)
                Assert.Contains("Nothing matches this filter", page.Main, StringComparison.Ordinal);
        }

        PageAnswer kept = await client.GetAsync($"/admin/audit?who=a&what=feature.enable&feature=b&from={first}&to={after}");
        Assert.Equal(["a", "feature.enable", "b", first, after], PageClient.Fields(kept.Form("[role=search]")).Select(f => f.Value));
        Assert.Equal("/admin/audit", kept.Form("[role=search]").GetAttribute("action"));
    }

    [Theory]
    [InlineData("from=yesterday", "\"yesterday\" is no date; enter it as 2027-01-31.")]
    [InlineData("to=2026-13-01", "\"2026-13-01\" is no date")]
    public async Task A_wrong_date_is_said(string query, string words)
    {
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/audit?" + query);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, page.Status);
        Assert.Contains(words, page.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Older_rows_are_on_further_pages_none_missing_none_twice()
    {
        await admin.Server.CreateAsync("audit_paged");
        for (int i = 0; i < 60; i++)
            await (i % 2 == 0 ? admin.Server.Store.EnableAsync(ServerSteps.Key, "audit_paged", WriteOptions.None, CancellationToken.None) : admin.Server.Store.DisableAsync(ServerSteps.Key, "audit_paged", WriteOptions.None, CancellationToken.None));
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer first = await client.GetAsync("/admin/audit?feature=audit_paged&what=feature");
        PageAnswer second = await client.GetAsync(first.Document.QuerySelector("#pager [rel=next]")!.GetAttribute("href")!);
        string?[] ids = [.. first.Document.QuerySelectorAll("#rows tr").Concat(second.Document.QuerySelectorAll("#rows tr")).Select(r => r.Id)];
        Assert.Equal((50, 61), (first.Document.QuerySelectorAll("#rows tr").Length, ids.Distinct().Count()));
        Assert.Null(second.Document.QuerySelector("#pager [rel=next]"));
        Assert.Equal("/admin/audit?feature=audit_paged&what=feature".Split('?')[1].Split('&').Order(), second.Document.QuerySelector("#pager a")!.GetAttribute("href")!.Split('?')[1].Split('&').Order());
        // What is older does not change by itself.
        Assert.Equal(("audit", null), (first.Document.QuerySelector("#audit")!.GetAttribute("data-topic"), second.Document.QuerySelector("#audit")!.GetAttribute("data-topic")));
    }

    [Fact]
    public async Task A_version_is_compared_reverted_and_undone_from_here()
    {
        Feature first = await admin.Server.CreateAsync("audit_revert", new Gates { Actors = ["User;1"] });
        await admin.Server.Store.DisableAsync(ServerSteps.Key, "audit_revert", WriteOptions.None, CancellationToken.None);
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/audit?feature=audit_revert");
        AngleSharp.Dom.IElement[] rows = [.. page.Document.QuerySelectorAll("#rows tr")];
        Assert.Equal(["Undo", "Revert", "Revert"], rows.Select(r => r.QuerySelector("form button")?.FirstChild!.TextContent.Trim()));
        Assert.Equal(["Compare", "Compare"], page.Document.QuerySelectorAll("#rows .do a").Select(a => a.FirstChild!.TextContent));
        long now = (await admin.Server.FindAsync("audit_revert"))!.Version;
        Assert.Equal($"/admin/compare?name=audit_revert&from={first.Version}&to={now}", rows[0].QuerySelector(".do a")!.GetAttribute("href"));

        PageAnswer undone = await client.SubmitAsync(page.FormOf("#rows tr:nth-child(1) .do button"));
        Assert.StartsWith("/admin/audit?", undone.Redirected, StringComparison.Ordinal);
        Assert.Contains("audit_revert is back as it was", undone.Toast, StringComparison.Ordinal);
        Assert.Equal(["User;1"], (await admin.Server.GatesAsync("audit_revert")).Actors);
        PageAnswer stale = await client.SubmitAsync(page.FormOf("#rows tr:nth-child(3) .do button"));
        Assert.Equal(HttpStatusCode.Conflict, stale.Status);
    }

    [Fact]
    public async Task A_deleted_feature_comes_back_from_here()
    {
        await admin.Server.CreateAsync("audit_deleted", new Gates { Actors = ["User;1"] });
        await admin.Server.Store.DeleteAsync(ServerSteps.Key, "audit_deleted", WriteOptions.None, CancellationToken.None);
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/audit?feature=audit_deleted");
        PageAnswer back = await client.SubmitAsync(page.FormOf("#rows tr:nth-child(1) .do button"));
        Assert.Equal(HttpStatusCode.OK, back.Status);
        Assert.Equal(["User;1"], (await admin.Server.GatesAsync("audit_deleted")).Actors);
    }

    [Fact]
    public async Task A_viewer_reads_everything_and_reverts_nothing()
    {
        await admin.Server.CreateAsync("audit_viewer", new Gates { Actors = ["User;1"] });
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/audit?feature=audit_viewer");
        Assert.All(page.Document.QuerySelectorAll("#rows button"), button => Assert.Equal("blocked", button.GetAttribute("aria-describedby")));
        foreach (AngleSharp.Dom.IElement button in page.Document.QuerySelectorAll("#rows button"))
        {
            PageAnswer refused = await client.SubmitAsync(page.FormOf("#" + button.Id));
            Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        }

        Assert.Equal(["User;1"], (await admin.Server.GatesAsync("audit_viewer")).Actors);
        using var stranger = new PageClient(admin.Server.Address);
        foreach (string path in new[] { "/admin/audit", "/admin/audit/1" })
            Assert.StartsWith("/admin/sign-in", (await stranger.GetAsync(path)).Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("nonsense")]
    [InlineData("999999999999")]
    public async Task An_event_that_is_not_there_is_a_page_with_its_status(string id)
    {
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer answer = await client.GetAsync("/admin/audit/" + id);
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Contains("No such event", answer.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_texts_stay_texts_in_rows_filters_and_details()
    {
        using PageClient client = await admin.SignInAsync();
        foreach (string text in HostileTextTests.Seeds)
        {
            await admin.Server.Store.CreateAsync(ServerSteps.Key, new CreateFeature { Name = "audit" + text, Description = text, Tags = [text] }, new WriteOptions { Reason = text }, CancellationToken.None);
            PageAnswer page = await client.GetAsync($"/admin/audit?feature={Uri.EscapeDataString(FeatureName.Normalize("audit" + text))}&who={Uri.EscapeDataString(text)}");
            Assert.Empty(page.Document.QuerySelectorAll("main script, main img, main base, main meta, main style, main b"));
            page = await client.GetAsync("/admin/audit?feature=" + Uri.EscapeDataString(FeatureName.Normalize("audit" + text)));
            Assert.Empty(page.Document.QuerySelectorAll("main script, main img, main base, main meta, main style, main b"));
            PageAnswer row = await client.GetAsync(page.Document.QuerySelector("#rows td a")!.GetAttribute("href")!);
            Assert.Equal(HttpStatusCode.OK, row.Status);
            Assert.Empty(row.Document.QuerySelectorAll("main script, main img, main base, main meta, main style, main b"));
        }
    }

    [Fact]
    public async Task A_large_change_is_cut_and_says_so()
    {
        await admin.Server.CreateAsync("audit_large", new Gates { Actors = [.. Enumerable.Range(0, 10_000).Select(n => $"User;{n}")] });
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/audit?feature=audit_large");
        PageAnswer row = await client.GetAsync(page.Document.QuerySelector("#rows td a")!.GetAttribute("href")!);
        Assert.Contains("characters more", row.Main, StringComparison.Ordinal);
        Assert.InRange(row.Html.Length + page.Html.Length, 1, 60_000);
    }
}
