using System.Net;
using AngleSharp.Dom;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin.Tests;

/// <summary>Workers without a script: what is said, and what they can be told.</summary>
public sealed class WorkerPageTests(AdminServer admin)
{
    private TestServer Server => admin.Server;

    [Fact]
    public async Task Each_worker_is_shown_with_its_state_in_words()
    {
        await Server.BeatAsync("seen-1", "seen", "v2", "ready", 2, "app-1");
        await Server.BeatAsync("seen-2", "seen", "v1", "ready", 1);
        await Server.BeatAsync("seen-3", "seen", "v2", "starting");
        await Server.BeatAsync("seen-4", "seen", "v1", "ready");
        await Server.BeatAsync("seen-5", "seen", "v1", "ready");
        await Server.BeatAsync("seen-5", "seen", "v1", "stopped");
        await Server.Workers.InstructAsync(ServerSteps.Key, new InstructWorkers { Role = "seen", Id = "seen-2" }, WorkerInstruction.Quiet, null, CancellationToken.None);
        await Server.SqlAsync<int>("with w as (update flags.workers set seen_at = seen_at - interval '3 min' where id = 'seen-4' returning 1) select 1");
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/workers?role=seen");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Equal("1 ready · 1 starting · 1 quiet · 1 late · 1 stopped within a day", page.Words("#counts"));
        Assert.Equal("Workers 4", page.Words("h1"));
        Assert.Matches("seen-1app-1 seen v2 ● ready 2 jobs (just now|\\d+ s ago)", Row(page, "seen-1"));
        Assert.Contains("◐ told to be quiet 1 job", Row(page, "seen-2"), StringComparison.Ordinal);
        Assert.Matches("○ starting 0:\\d\\d", Row(page, "seen-3"));
        Assert.Contains("✕ late last seen 3 min ago", Row(page, "seen-4"), StringComparison.Ordinal);
        Assert.DoesNotContain("seen-5", page.Words("#rows"), StringComparison.Ordinal);
        Assert.Equal(["seen-5"], page.Document.QuerySelectorAll("#rows b").Length == 0 ? [] : (await client.GetAsync("/admin/workers?role=seen&state=stopped")).Document.QuerySelectorAll("#rows b").Select(b => b.TextContent));
        // Versions next to each other, the oldest first.
        Assert.Equal(["v1 0 of 2 1 quiet · 1 late", "v2 1 of 2 1 starting"], page.Document.QuerySelectorAll("#crews tbody tr").OrderBy(r => r.TextContent.Trim()).Select(Words));
        Assert.Contains("seen 1 of 4", page.Words("#crews h3"), StringComparison.Ordinal);
        Assert.Empty((await client.GetAsync("/admin/workers?role=seen&version=v9")).Document.QuerySelectorAll("#rows"));
        Assert.Contains("No worker matches", (await client.GetAsync("/admin/workers?role=seen&version=v9")).Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_in_which_nobody_takes_jobs_says_so()
    {
        await Server.BeatAsync("nobody-1", "nobody", "v2", "starting");
        using PageClient client = await admin.SignInAsync("vera");
        Assert.Equal("nobody nobody takes jobs", (await client.GetAsync("/admin/workers?role=nobody")).Words("#crews h3"));
    }

    [Fact]
    public async Task An_operator_quiets_one_and_then_ends_it_after_a_question()
    {
        await Server.BeatAsync("tell-1", "tell", "v1", "ready", 2);
        await Server.BeatAsync("tell-2", "tell", "v2", "ready");
        using PageClient client = await admin.SignInAsync("sam");
        PageAnswer page = await client.GetAsync("/admin/workers?role=tell");
        PageAnswer asked = await client.SubmitAsync(page.FormOf(Button("tell-1")), "Quiet…");
        Assert.Equal(428, (int)asked.Status);
        foreach (string words in new[] { "Quiet tell-1?", "a tell of version v1, ready, with 2 jobs inside", "to take no new jobs; those inside finish", "Afterwards 1 of tell takes jobs", "cannot be undone" })
            Assert.Contains(words, asked.Main, StringComparison.Ordinal);
        Assert.Equal("none", await Server.BeatAsync("tell-1", "tell", "v1", "ready", 2));
        PageAnswer told = await client.SubmitAsync(asked.Form("main form"), "Quiet", ("reason", "release 20"));
        Assert.Contains("tell-1 is told to be quiet, and hears it with the next heartbeat, within 5 s.", told.Toast, StringComparison.Ordinal);
        Assert.Equal("quiet", await Server.BeatAsync("tell-1", "tell", "v1", "quiet", 2));
        Assert.Equal("none", await Server.BeatAsync("tell-2", "tell", "v2", "ready"));

        PageAnswer again = await client.GetAsync("/admin/workers?role=tell");
        asked = await client.SubmitAsync(again.FormOf(Button("tell-1")), "Terminate…");
        Assert.Contains("Afterwards 1 of tell takes jobs, as now.", asked.Main, StringComparison.Ordinal);
        told = await client.SubmitAsync(asked.Form("main form"), "Terminate");
        Assert.Contains("tell-1 is told to end", told.Toast, StringComparison.Ordinal);
        Assert.Equal("terminate", await Server.BeatAsync("tell-1", "tell", "v1", "quiet"));
        Assert.Null((await client.GetAsync("/admin/workers?role=tell")).Document.QuerySelector(Button("tell-1")));

        PageAnswer audit = await client.GetAsync("/admin/audit?what=workers&who=sam");
        Assert.Equal(["terminate", "quiet"], audit.Document.QuerySelectorAll("#rows tr").Where(r => r.QuerySelector("th")!.TextContent.Trim() == "tell").Select(r => r.Children[2].TextContent.Trim()));
        Assert.Contains("tell-1release 20", audit.Words("#rows"), StringComparison.Ordinal);
        Assert.Contains("/admin/workers?role=tell", audit.Document.QuerySelectorAll("#rows th a").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task All_but_a_version_are_told_at_once_and_with_their_numbers()
    {
        for (int n = 1; n <= 3; n++)
            await Server.BeatAsync($"bulk-old-{n}", "bulk", "v19-1", "ready", 1);
        await Server.BeatAsync("bulk-new", "bulk", "v20-3", "starting");
        using PageClient client = await admin.SignInAsync("sam");
        PageAnswer page = await client.GetAsync("/admin/workers?role=bulk");
        Assert.Equal("bulk", page.Document.QuerySelector("#tell-role option[selected]")!.GetAttribute("value"));
        PageAnswer asked = await client.SubmitAsync(page.Form("#tell-all"), "tell-quiet", ("name", "bulk"), ("except", "v20-3"));
        Assert.Contains("Quiet all of bulk but v20-3?3 workers: 3 of v19-1; 3 jobs are inside.", asked.Main.Replace('\u00a0', ' '), StringComparison.Ordinal);
        Assert.Contains("Afterwards nobody of bulk takes jobs.", asked.Main, StringComparison.Ordinal);
        PageAnswer told = await client.SubmitAsync(asked.Form("main form"), "Quiet");
        Assert.Contains("bulk: 3 workers are told to be quiet", told.Toast.Replace('\u00a0', ' '), StringComparison.Ordinal);
        Assert.Equal("quiet", await Server.BeatAsync("bulk-old-2", "bulk", "v19-1", "ready"));
        Assert.Equal("none", await Server.BeatAsync("bulk-new", "bulk", "v20-3", "ready"));
        // Once more is no change, and says nothing new.
        asked = await client.SubmitAsync(page.Form("#tell-all"), "tell-quiet", ("name", "bulk"), ("except", "v20-3"));
        Assert.DoesNotContain("done=", (await client.SubmitAsync(asked.Form("main form"), "Quiet")).Redirected!, StringComparison.Ordinal);
        Assert.Equal(1, await Server.SqlAsync<long>("select count(*) from flags.audit where target = 'bulk'"));
        Assert.Contains("all but v20-3 · 3 workers", (await client.GetAsync("/admin/audit?what=workers")).Words("#rows").Replace('\u00a0', ' '), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slip", "v9", "quiet", 404, "There is no worker of \"slip\" with the version \"v9\"")]
    [InlineData("none such", "", "quiet", 404, "There is no such worker that runs")]
    [InlineData("slip", "", "other", 422, "must be quiet or terminate")]
    [InlineData("", "", "quiet", 422, "role: must not be empty")]
    public async Task A_slip_tells_nobody(string role, string except, string to, int status, string words)
    {
        await Server.BeatAsync("slip-1", "slip", "v1", "ready");
        using PageClient client = await admin.SignInAsync("sam");
        PageAnswer page = await client.GetAsync("/admin/workers?role=slip");
        PageAnswer refused = await client.SubmitAsync(page.Form("#tell-all"), null, ("name", role), ("except", except), ("to", to), ("asked", "yes"));
        Assert.Equal(status, (int)refused.Status);
        Assert.Contains(words, refused.Main, StringComparison.Ordinal);
        Assert.Equal("none", await Server.BeatAsync("slip-1", "slip", "v1", "ready"));
    }

    [Fact]
    public async Task A_viewer_sees_everything_but_no_buttons_and_every_post_is_refused()
    {
        await Server.BeatAsync("viewed-1", "viewed", "v1", "ready");
        using PageClient sam = await admin.SignInAsync("sam"), vera = await admin.SignInAsync("vera");
        PageAnswer page = await vera.GetAsync("/admin/workers?role=viewed");
        Assert.Contains("viewed-1", page.Words("#rows"), StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("main form[method=post]"));
        Assert.Contains("needs the role operator", page.Words("#blocked"), StringComparison.Ordinal);
        PageAnswer own = await vera.GetAsync("/admin/me");
        string value = own.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        PageAnswer refused = await vera.PostAsync("/admin/do/tell-workers", [new("__RequestVerificationToken", value), new("name", "viewed"), new("to", "terminate"), new("asked", "yes")]);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        // Without a form's value, or from another site, nobody tells anything.
        KeyValuePair<string, string>[] fields = [new("name", "viewed"), new("to", "terminate"), new("asked", "yes")];
        Assert.Equal(HttpStatusCode.BadRequest, (await sam.PostAsync("/admin/do/tell-workers", fields)).Status);
        fields = [.. fields, .. PageClient.Fields((await sam.GetAsync("/admin/workers?role=viewed")).Form("#tell-all")).Where(f => f.Key == "__RequestVerificationToken")];
        Assert.Equal(HttpStatusCode.Forbidden, (await sam.PostAsync("/admin/do/tell-workers", fields, ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal("none", await Server.BeatAsync("viewed-1", "viewed", "v1", "ready"));
    }

    [Fact]
    public async Task A_thousand_workers_are_pages_of_fifty()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        using PageClient client = await server.SignInAsync();
        PageAnswer none = await client.GetAsync("/admin/workers");
        Assert.Contains("No workers yet", none.Main, StringComparison.Ordinal);
        (int code, string answer) = await Bash.RunAsync("HOSTNAME=app-1\n" + none.Document.QuerySelector("#code-heartbeat")!.TextContent, (await server.MintAsync("worker")).Key);
        Assert.True(code == 0 && answer.Contains("\"instruction\":\"none\"", StringComparison.Ordinal), answer);
        Assert.Contains("app-1-", (await client.GetAsync("/admin/workers")).Words("#rows"), StringComparison.Ordinal);
        await AddThousandAsync(server);
        PageAnswer page = await client.GetAsync("/admin/workers");
        Assert.Equal(WorkerQuery.PageSize, page.Document.QuerySelectorAll("#rows tr").Length);
        Assert.StartsWith("1–50 of 1,001", page.Words("#pager"), StringComparison.Ordinal);
        Assert.True(page.Document.All.Length <= 1_500, $"{page.Document.All.Length} elements");
        Assert.Single((await client.GetAsync("/admin/workers?page=21")).Document.QuerySelectorAll("#rows tr"));
        Assert.Single((await client.GetAsync("/admin/workers?page=999")).Document.QuerySelectorAll("#rows tr"));
    }

    [Fact]
    public async Task Nobody_looks_means_nothing_is_read()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        // In a time in which next to nothing passes: however slow the machine, the next heartbeat comes before it has to be told.
        using var feed = new WorkerFeed(server.Services.GetRequiredService<WorkerStore>(), new StandingTime());
        await feed.StartAsync(CancellationToken.None);
        using (feed.Look())
            await Eventually.TrueAsync(() => feed.Looks >= 2, "somebody looks");
        FeedStep<WorkersState> step = feed.Newest;
        await server.BeatAsync("calm-1", "calm", "v1", "ready");
        using (feed.Look())
            Assert.Equal("calm-1", (await step.NextAsync(CancellationToken.None).WaitAsync(Eventually.Deadline)).State.Workers.Single().Id);
        // A heartbeat by itself is told, but not at once.
        step = feed.Newest;
        await server.BeatAsync("calm-1", "calm", "v1", "ready");
        WorkersState seen = await feed.ReadAsync(false, CancellationToken.None);
        Assert.False(seen.IsOther(step.State));
        Assert.Same(step, feed.Newest);
        await feed.StopAsync(CancellationToken.None);
    }

    internal static Task<int> AddThousandAsync(TestServer server) => server.SqlAsync<int>("""
        with w as (insert into flags.workers (id, role, version, caller_id, state, started_at, changed_at, seen_at)
          select 'worker-' || n, 'role-' || n % 20, 'v' || n % 3, 'k', 'ready', clock_timestamp(), clock_timestamp(), clock_timestamp() from generate_series(1, 1000) n returning 1)
        select count(*)::int from w
        """);

    private sealed class StandingTime : TimeProvider
    {
        private long ticks;

        public override long GetTimestamp() => Interlocked.Increment(ref ticks);
    }

    private static string Button(string worker) => "#t-" + WorkerWords.Key(worker);

    private static string Row(PageAnswer page, string worker) => page.Words("#w-" + WorkerWords.Key(worker)).Replace('\u00a0', ' ');

    private static string Words(IElement element) => string.Join(' ', element.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
