using System.Net;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>One key looked up, and an attempt that is stuck given back.</summary>
public sealed class ClaimPageTests(AdminServer admin)
{
    private TestServer Server => admin.Server;

    [Fact]
    public async Task A_claim_says_who_has_it_which_attempt_it_is_and_when_it_is_free()
    {
        await Server.TakeAsync("look:1", TimeSpan.FromSeconds(600), owner: "attempt-77");
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/claims?key=look%3A1");
        string card = page.Words("#claim-card");
        foreach (string words in new[] { "look:1 Claimed", "Claimed bybot-b", "Attempt1", "Modeat-least-once", "attempt-77", "unless renewed" })
            Assert.Contains(words, card, StringComparison.Ordinal);
        Assert.Matches($@"Free at {Shown.Utc}, in 9 min \d+ s at page load", card);
        Assert.Empty(page.Document.QuerySelectorAll("main form[method=post]"));
        Assert.Equal("claim", page.Document.QuerySelector("#claim")!.GetAttribute("data-topic"));
        string key = (await Server.MintAsync("claim")).Key;
        (int code, string answer) = await Bash.RunAsync(page.Document.QuerySelector("#code-same-0")!.TextContent, key);
        Assert.True(code == 0 && answer.Contains("\"state\":\"claimed\"", StringComparison.Ordinal), answer);
    }

    [Fact]
    public async Task A_key_that_nobody_claimed_says_so_with_a_command_that_claims_it()
    {
        using PageClient client = await admin.SignInAsync("vera");
        const string Odd = "it's <b>/odd?%20é";
        PageAnswer page = await client.GetAsync("/admin/claims?key=" + Uri.EscapeDataString(Odd));
        Assert.Contains($"Nobody has claimed “{Odd}”", page.Words("#no-claim"), StringComparison.Ordinal);
        (int code, string answer) = await Bash.RunAsync(page.Document.QuerySelector("#code-same-1")!.TextContent, (await Server.MintAsync("claim")).Key);
        Assert.True(code == 0, answer);
        Assert.Contains("Claimed bytest claim", (await client.GetAsync("/admin/claims?key=" + Uri.EscapeDataString(Odd))).Words("#claim-card"), StringComparison.Ordinal);
        PageAnswer none = await client.GetAsync("/admin/claims");
        Assert.Contains("only one wins", none.Words("#no-key"), StringComparison.Ordinal);
        PageAnswer tooLong = await client.GetAsync("/admin/claims?key=" + new string('k', 256));
        Assert.Equal(422, (int)tooLong.Status);
        Assert.Contains("256 bytes", tooLong.Words("#key-error"), StringComparison.Ordinal);
        Assert.Equal(422, (int)(await client.GetAsync("/admin/claims?key=a%00b")).Status);
    }

    [Fact]
    public async Task A_result_is_text_and_a_long_one_is_cut_until_it_is_asked_for()
    {
        string result = $"[\"</code><script>alert(1)</script>\",\"{new string('x', 60_000)}\"]";
        await Server.Claims.CompleteAsync(SampleWorkers.Bot, "result:1", await Server.TakeAsync("result:1"), result, CancellationToken.None);
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync("/admin/claims?key=result:1");
        Assert.Contains("result:1 Done", page.Words("#claim-card"), StringComparison.Ordinal);
        Assert.Equal(4_000, page.Document.QuerySelector("#code-result")!.TextContent.Length);
        Assert.StartsWith("[\"</code><script>alert(1)</script>\"", page.Document.QuerySelector("#code-result")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("main script"));
        Assert.Null(page.Document.QuerySelector("#claim")!.GetAttribute("data-topic"));
        PageAnswer whole = await client.GetAsync(page.Document.QuerySelector("#claim-card .more a")!.GetAttribute("href")!);
        Assert.Equal(result, whole.Document.QuerySelector("#code-result")!.TextContent);
    }

    [Fact]
    public async Task An_operator_abandons_a_stuck_attempt_and_the_next_one_starts()
    {
        long stuck = await Server.TakeAsync("stuck:1", TimeSpan.FromHours(1), once: true);
        using PageClient client = await admin.SignInAsync("sam");
        PageAnswer page = await client.GetAsync("/admin/claims?key=stuck:1");
        PageAnswer asked = await client.SubmitAsync(page.FormOf("#abandon"));
        Assert.Equal(428, (int)asked.Status);
        Assert.Contains("Abandon stuck:1?bot-b claimed it", asked.Main, StringComparison.Ordinal);
        Assert.Contains("The next attempt may start now", asked.Main, StringComparison.Ordinal);
        PageAnswer done = await client.SubmitAsync(asked.Form("main form"), "Abandon", ("reason", "the bot hangs"));
        Assert.Contains("stuck:1: given back. The next attempt may start.", done.Toast, StringComparison.Ordinal);
        Assert.Contains("stuck:1 Given back", done.Words("#claim-card"), StringComparison.Ordinal);
        Assert.Equal("abandoned", (await Server.Claims.RenewAsync(SampleWorkers.Bot, "stuck:1", stuck, null, CancellationToken.None)).Outcome);
        Assert.True(await Server.TakeAsync("stuck:1", owner: "next") > stuck);
        Assert.Contains("Attempt2", (await client.GetAsync("/admin/claims?key=stuck:1")).Words("#claim-card"), StringComparison.Ordinal);
        // The old page means the old attempt.
        PageAnswer late = await client.SubmitAsync(page.FormOf("#abandon"), null, ("asked", "yes"));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        Assert.Contains("another attempt has it", late.Main, StringComparison.Ordinal);
        PageAnswer audit = await client.GetAsync("/admin/audit?what=claim");
        Assert.Contains("abandoned stuck:1 attempt 1the bot hangs", audit.Words("#rows"), StringComparison.Ordinal);
        Assert.Contains("/admin/claims?key=stuck:1", audit.Document.QuerySelectorAll("#rows th a").Select(a => Uri.UnescapeDataString(a.GetAttribute("href")!)));
    }

    [Fact]
    public async Task What_is_done_cannot_be_abandoned_and_viewers_abandon_nothing()
    {
        long token = await Server.TakeAsync("kept:1");
        using PageClient sam = await admin.SignInAsync("sam"), vera = await admin.SignInAsync("vera");
        PageAnswer page = await sam.GetAsync("/admin/claims?key=kept:1");
        KeyValuePair<string, string>[] fields = [.. PageClient.Fields(page.FormOf("#abandon")).Where(f => f.Key != "__RequestVerificationToken"), new("asked", "yes")];
        string value = (await vera.GetAsync("/admin/me")).Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.Forbidden, (await vera.PostAsync("/admin/do/abandon-claim", [.. fields, new("__RequestVerificationToken", value)])).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await sam.PostAsync("/admin/do/abandon-claim", fields)).Status);
        await Server.Claims.CompleteAsync(SampleWorkers.Bot, "kept:1", token, "1", CancellationToken.None);
        PageAnswer refused = await sam.SubmitAsync(page.FormOf("#abandon"), null, ("asked", "yes"));
        Assert.Equal(HttpStatusCode.Conflict, refused.Status);
        Assert.Contains("“kept:1” is done by now.", refused.Main, StringComparison.Ordinal);
        Assert.Null((await sam.GetAsync("/admin/claims?key=kept:1")).Document.QuerySelector("#abandon"));
        PageAnswer unknown = await sam.SubmitAsync(page.FormOf("#abandon"), null, ("name", "kept:none"));
        Assert.Equal(HttpStatusCode.NotFound, unknown.Status);
    }

    [Fact]
    public async Task A_restored_database_is_said_since_nobody_claims_anything_new()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        await server.TakeAsync("guarded:1", TimeSpan.FromMinutes(10));
        await server.SqlAsync<long>("select flags.new_generation()");
        using PageClient client = await server.SignInAsync();
        foreach (string key in new[] { "guarded:1", "guarded:2" })
            Assert.Contains("Nobody claims anything new before", (await client.GetAsync("/admin/claims?key=" + key)).Words("#claim-guard"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_palette_looks_a_key_up()
    {
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer jump = await client.GetAsync("/admin/jump?q=claim%20look%3A9");
        Assert.Equal("/admin/claims?key=look%3A9", jump.Document.QuerySelector("#jumps a")!.GetAttribute("href"));
        Assert.Contains("/admin/workers", (await client.GetAsync("/admin/jump?q=workers")).Document.QuerySelectorAll("#jumps a").Select(a => a.GetAttribute("href")));
    }
}
