using System.Net;
using AngleSharp.Dom;
using Flags.Core;

namespace Flags.Admin.Tests;

/// <summary>Deploys without a script: what is said, and everything that can be done.</summary>
public sealed class DeployPageTests(DeployServer deploys) : IClassFixture<DeployServer>
{
    [Fact]
    public async Task A_drain_shows_who_is_inside_who_waits_and_how_many_left()
    {
        await deploys.CreateAsync("drain_seen");
        LeaseToken left = await deploys.Server.EnterAsync("drain_seen", "ImportOrders");
        await deploys.Server.EnterAsync("drain_seen", "SendDigest", "worker-1");
        await deploys.Server.EnterAsync("drain_seen", "RebuildIndex", "worker-2");
        Guid hold = await deploys.Server.HoldAsync(["drain_seen"], url: "https://ci.example/run/4711");
        await deploys.Server.EnterAsync("drain_seen", "NightlyReport");
        await deploys.Server.LeaveAsync(left);
        using PageClient client = await deploys.Server.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/deploys?feature=drain_seen");
        string card = page.Words("#h-" + hold);
        Assert.Contains("drain_seen Held, draining", card, StringComparison.Ordinal);
        Assert.Contains("1 of 3 have left", card, StringComparison.Ordinal);
        Assert.Matches($@"Back by itself at {Shown.Utc}, in 1 min \d+ s at page load", card);
        Assert.Contains("if the deploy stops renewing (not renewed yet)", card, StringComparison.Ordinal);
        Assert.Contains("Inside 2", card, StringComparison.Ordinal);
        Assert.Contains("SendDigestworker-1", card, StringComparison.Ordinal);
        Assert.Contains("Waiting 1", card, StringComparison.Ordinal);
        Assert.Contains("NightlyReport", card, StringComparison.Ordinal);
        Assert.Equal(("1", "3"), (page.Document.QuerySelector("progress")!.GetAttribute("value"), page.Document.QuerySelector("progress")!.GetAttribute("max")));
        IElement link = page.Document.QuerySelector($"#bar-{hold} a.holder")!;
        Assert.Equal(("https://ci.example/run/4711", "noreferrer noopener"), (link.GetAttribute("href"), link.GetAttribute("rel")));

        PageAnswer feature = await client.GetAsync("/admin/features/drain_seen");
        Assert.Contains("Held by github-actions #4711", feature.Words("#feature-holds"), StringComparison.Ordinal);
        Assert.Contains("SendDigest", feature.Words("#jobs-card"), StringComparison.Ordinal);
        Assert.Contains("Held: the gates have no effect now.", feature.Words("#gates-note"), StringComparison.Ordinal);
        Assert.Contains("held", (await client.GetAsync("/admin/features?search=drain_seen")).Words(".badge.held"), StringComparison.Ordinal);
        await deploys.Server.ReleaseAsync(hold);
    }

    [Fact]
    public async Task A_hold_placed_here_is_extended_and_ended_here_by_an_operator()
    {
        await deploys.CreateAsync("placed_here");
        using PageClient client = await deploys.Server.SignInAsync("sam");
        PageAnswer form = await client.GetAsync("/admin/new-hold?feature=placed_here");
        PageAnswer empty = await client.SubmitAsync(form.Form("main form"), null, ("url", "javascript:alert(1)"));
        Assert.Equal(422, (int)empty.Status);
        Assert.Contains("Say why", empty.Words("#hold-error"), StringComparison.Ordinal);
        Assert.Contains("must begin with http", empty.Words("#hold-error"), StringComparison.Ordinal);
        PageAnswer placed = await client.SubmitAsync(empty.Form("main form"), null, ("reason", "vacuum full"), ("minutes", "15"), ("url", ""));
        Assert.StartsWith("/admin/deploys?done=", placed.Redirected, StringComparison.Ordinal);
        Assert.Contains("placed_here: held. Nobody is inside; new jobs wait.", placed.Toast, StringComparison.Ordinal);
        Assert.Contains("it was placed on a page and nobody renews it", placed.Main, StringComparison.Ordinal);
        HoldInfo hold = (await deploys.Server.Holds.ListAsync(true, "placed_here", 2, CancellationToken.None)).Holds.Single();
        Assert.Equal(("sam", "vacuum full", "placed_here"), (hold.Holder, hold.Reason, hold.Features.Single()));
        Assert.InRange(hold.ExpiresInSeconds, 870, 900);

        PageAnswer twice = await client.SubmitAsync(empty.Form("main form"), null, ("reason", "vacuum full"), ("minutes", "15"), ("url", ""));
        Assert.Equal(HttpStatusCode.OK, twice.Status);
        Assert.Single((await deploys.Server.Holds.ListAsync(true, "placed_here", 2, CancellationToken.None)).Holds);

        PageAnswer extended = await client.SubmitAsync(placed.FormOf("#extend-hold-" + hold.Id));
        Assert.Matches($@"placed_here: held until {Shown.Utc} now\.", extended.Toast);
        await client.SubmitAsync(placed.FormOf("#extend-hold-" + hold.Id));
        Assert.InRange((await deploys.Server.FindHoldAsync(hold.Id)).ExpiresInSeconds, 1_160, 1_200);

        PageAnswer ended = await client.SubmitAsync(extended.FormOf("#end-hold-" + hold.Id));
        Assert.Contains("placed_here: your hold has ended. Jobs may start again.", ended.Toast, StringComparison.Ordinal);
        Assert.Contains("released by sam", ended.Words("#past-holds"), StringComparison.Ordinal);
        Assert.Null(ended.Document.QuerySelector("#bar-" + hold.Id));
        Assert.Equal(HttpStatusCode.Gone, (await client.SubmitAsync(extended.FormOf("#end-hold-" + hold.Id))).Status);
    }

    [Fact]
    public async Task Force_release_is_for_admins_with_a_typed_name_and_a_reason()
    {
        await deploys.CreateAsync("forced_one");
        Guid hold = await deploys.Server.HoldAsync(["forced_one"]);
        using PageClient sam = await deploys.Server.SignInAsync("sam");
        PageAnswer seen = await sam.GetAsync("/admin/deploys?feature=forced_one");
        IElement button = seen.Document.QuerySelector("#force-release-" + hold)!;
        Assert.Equal(("true", "needs-" + hold), (button.GetAttribute("aria-disabled"), button.GetAttribute("aria-describedby")));
        Assert.Contains("needs the role admin", seen.Words("#needs-" + hold), StringComparison.Ordinal);
        PageAnswer refused = await sam.SubmitAsync(seen.FormOf("#force-release-" + hold), null, ("confirm", "forced_one"), ("reason", "now"));
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Contains("your role is operator, and this needs admin", refused.Main, StringComparison.Ordinal);
        PageAnswer end = await sam.PostAsync("/admin/do/end-hold", [.. PageClient.Fields(seen.FormOf("#force-release-" + hold))]);
        Assert.Equal(HttpStatusCode.Forbidden, end.Status);

        using PageClient anna = await deploys.Server.SignInAsync();
        PageAnswer asked = await anna.SubmitAsync((await anna.GetAsync("/admin/deploys")).FormOf("#force-release-" + hold));
        Assert.Equal(428, (int)asked.Status);
        Assert.Equal("Force release the hold on forced_one?", asked.Words("h1"));
        Assert.Contains("github-actions #4711 holds it", asked.Main, StringComparison.Ordinal);
        Assert.Contains("This cannot be undone.", asked.Main, StringComparison.Ordinal);
        PageAnswer wrong = await anna.SubmitAsync(asked.Form("[data-ask] form"), "Force release", ("confirm", "forced"), ("reason", ""));
        Assert.Contains("That is not the name.", wrong.Main, StringComparison.Ordinal);
        Assert.Contains("Say why.", wrong.Main, StringComparison.Ordinal);
        Assert.Null((await deploys.Server.FindHoldAsync(hold)).EndedAt);
        PageAnswer done = await anna.SubmitAsync(wrong.Form("[data-ask] form"), "Force release", ("confirm", "forced_one"), ("reason", "the runner is gone"));
        Assert.Contains("forced_one: force-released.", done.Toast, StringComparison.Ordinal);
        Assert.Equal(("forced", "anna"), ((await deploys.Server.FindHoldAsync(hold)).State, (await deploys.Server.FindHoldAsync(hold)).EndedBy));
        PageAnswer timeline = await anna.GetAsync("/admin/deploys/" + hold);
        Assert.Contains("anna force-releasedthe runner is gone", timeline.Words(".timeline"), StringComparison.Ordinal);
        Assert.Contains("force-released by anna", timeline.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jobs_are_told_to_stop_with_a_reason_and_count_until_they_leave()
    {
        await deploys.CreateAsync("revoke_here");
        LeaseToken job = await deploys.Server.EnterAsync("revoke_here", "ImportOrders");
        Guid hold = await deploys.Server.HoldAsync(["revoke_here"]);
        using PageClient client = await deploys.Server.SignInAsync("sam");
        PageAnswer asked = await client.SubmitAsync((await client.GetAsync("/admin/deploys")).FormOf("#revoke-leases-" + hold));
        Assert.Contains("1 job is told to stop: ImportOrders.", asked.Main, StringComparison.Ordinal);
        PageAnswer done = await client.SubmitAsync(asked.Form("[data-ask] form"), "Tell them to stop", ("reason", "urgent fix"));
        Assert.Contains("1 job told to stop", done.Toast, StringComparison.Ordinal);
        Assert.Contains("told to stop", done.Words("#leases-" + hold), StringComparison.Ordinal);
        await deploys.Server.LeaveAsync(job);
        await deploys.Server.Holds.DrainAsync(hold, CancellationToken.None);
        PageAnswer drained = await client.GetAsync("/admin/deploys");
        Assert.Contains("Held, drained", drained.Words("#h-" + hold), StringComparison.Ordinal);
        Assert.Contains("drained", drained.Words("#bar-" + hold), StringComparison.Ordinal);
        await deploys.Server.ReleaseAsync(hold);
        PageAnswer timeline = await client.GetAsync("/admin/deploys/" + hold);
        Assert.Contains("told 1 job to stopurgent fix", timeline.Words(".timeline"), StringComparison.Ordinal);
        Assert.Contains("ImportOrders", timeline.Words(".waited"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turning_a_held_feature_on_says_that_it_stays_held_by_whom_and_until_when()
    {
        await deploys.Server.CreateAsync("on_but_held");
        Guid hold = await deploys.Server.HoldAsync(["on_but_held"], holder: "gitlab 88");
        using PageClient client = await deploys.Server.SignInAsync("sam");
        PageAnswer on = await client.SubmitAsync((await client.GetAsync("/admin/features/on_but_held")).FormOf("#turn-on"), "turn-on");
        Assert.Matches($@"on_but_held is on for everyone, but still held by gitlab 88 until {Shown.Utc} unless renewed\.", on.Toast);
        await deploys.Server.ReleaseAsync(hold);
    }

    [Fact]
    public async Task An_exclusive_hold_that_finds_another_is_refused_with_its_holder()
    {
        await deploys.CreateAsync("exclusive_here");
        Guid hold = await deploys.Server.HoldAsync(["exclusive_here"], holder: "jenkins 9", reason: "schema change");
        using PageClient client = await deploys.Server.SignInAsync("sam");
        PageAnswer form = await client.GetAsync("/admin/new-hold");
        PageAnswer refused = await client.SubmitAsync(form.Form("main form"), null, ("other", "exclusive_here"), ("reason", "mine"), ("exclusive", "on"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("jenkins 9 holds exclusive_here: schema change.", refused.Words("#hold-error"), StringComparison.Ordinal);
        Assert.Equal("mine", refused.Document.QuerySelector("#reason")!.GetAttribute("value"));
        Assert.Contains("There is no feature \"nowhere\"", (await client.SubmitAsync(form.Form("main form"), null, ("other", "nowhere"), ("reason", "x"))).Main, StringComparison.Ordinal);
        await deploys.Server.ReleaseAsync(hold);
    }

    [Fact]
    public async Task A_viewer_sees_all_and_every_post_is_refused()
    {
        await deploys.CreateAsync("viewer_holds");
        await deploys.Server.EnterAsync("viewer_holds", "ImportOrders");
        Guid hold = await deploys.Server.HoldAsync(["viewer_holds"]);
        using PageClient client = await deploys.Server.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/deploys?feature=viewer_holds");
        Assert.All(page.Document.QuerySelectorAll("main form[method=post] button"), button => Assert.Equal("blocked", button.GetAttribute("aria-describedby")));
        Assert.Equal(3, page.Document.QuerySelectorAll("main form[method=post]").Length);
        foreach (string action in new[] { "extend-hold", "revoke-leases", "force-release" })
            Assert.Equal(HttpStatusCode.Forbidden, (await client.SubmitAsync(page.FormOf($"#{action}-{hold}"), null, ("confirm", "viewer_holds"), ("reason", "x"), ("asked", "yes"))).Status);
        PageAnswer form = await client.GetAsync("/admin/new-hold?feature=viewer_holds");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SubmitAsync(form.Form("main form"), null, ("reason", "x"))).Status);
        HoldInfo untouched = await deploys.Server.FindHoldAsync(hold);
        Assert.Equal((null, "active", 1), (untouched.ExtendedAt, untouched.State, untouched.InFlight));
        await deploys.Server.ReleaseAsync(hold);
    }

    [Fact]
    public async Task The_bar_shows_two_holds_and_counts_the_rest()
    {
        foreach (string name in new[] { "bar_a", "bar_b", "bar_c", "bar_d" })
            await deploys.CreateAsync(name);
        Guid[] holds = [await deploys.Server.HoldAsync(["bar_a", "bar_b", "bar_c", "bar_d"]), await deploys.Server.HoldAsync(["bar_b"]), await deploys.Server.HoldAsync(["bar_c"])];
        using PageClient client = await deploys.Server.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/features");
        Assert.Contains("bar_a, bar_b and 2 more are held by github-actions #4711", page.Words("#bar-" + holds[0]), StringComparison.Ordinal);
        Assert.Equal("and 1 more", page.Words("#bar-more"));
        Assert.Contains("2 other holds are on the same features", (await client.GetAsync("/admin/deploys")).Words("#h-" + holds[0]), StringComparison.Ordinal);
        foreach (Guid hold in holds)
            await deploys.Server.ReleaseAsync(hold);
    }

    [Fact]
    public async Task A_restored_database_is_said_since_nothing_drains()
    {
        await deploys.CreateAsync("guarded");
        await deploys.Server.SqlAsync<long>("select flags.new_generation()");
        Guid hold = await deploys.Server.HoldAsync(["guarded"]);
        using PageClient client = await deploys.Server.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/deploys");
        Assert.Contains("No deploy can drain before", page.Words("#guard"), StringComparison.Ordinal);
        await deploys.Server.ReleaseAsync(hold);
        await deploys.Server.SqlAsync<int>("with w as (update flags.generation set guard_until = null, enter_guard_until = null returning 1) select count(*)::int from w");
    }

    [Theory]
    [InlineData("/admin/deploys/0198d6a0-0000-7000-8000-000000000000")]
    [InlineData("/admin/deploys/nonsense")]
    public async Task A_hold_that_never_was_is_a_page_that_says_so(string path)
    {
        using PageClient client = await deploys.Server.SignInAsync("vera");
        PageAnswer page = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Contains("No such hold", page.Main, StringComparison.Ordinal);
    }
}
