using System.Diagnostics;
using Flags.Testing;
using Microsoft.Playwright;

namespace Flags.Admin.Tests;

/// <summary>Whoever may not look any more does not, also where a page is open.</summary>
public sealed class SessionGoals(Chromium chromium)
{
    private const double Limit = 10_000;

    [Fact]
    public async Task An_open_page_and_its_stream_stop_when_every_session_of_the_person_is_ended()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("sam", "operator");
        await using IBrowserContext context = await chromium.ContextAsync(server, "sam");
        (IPage page, _) = await context.OpenAsync("/admin/features");
        using PageClient elsewhere = await server.SignInAsync("sam"), other = await server.SignInAsync("sam");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/admin/events?topics=features");
        using HttpResponseMessage stream = await other.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Task<string> rest = stream.Content.ReadAsStringAsync();

        PageAnswer me = await elsewhere.GetAsync("/admin/me");
        var watch = Stopwatch.StartNew();
        await elsewhere.SubmitAsync(me.FormOf(".btn.danger"));
        Task stopped = StoppedAsync(page);
        await rest.WaitAsync(Eventually.Deadline);
        double streamed = watch.Elapsed.TotalMilliseconds;
        await stopped;
        Goal.Time(22, "sessions ended: the open stream stops", streamed, Limit);
        Goal.Time(22, "sessions ended: the open page asks to sign in", watch.Elapsed.TotalMilliseconds, Limit);

        await server.CreateAsync("after_the_end");
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, (await other.GetAsync("/admin/features", ("Flags-Live", "refresh"))).Status);
        Assert.DoesNotContain("after_the_end", await page.Locator("#results").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cross_site_post_changes_nothing_whatever_its_form_is()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        await server.CreateAsync("cross_site");
        using PageClient anna = await server.SignInAsync();
        long before = await server.SqlAsync<long>("select max(id) from flags.audit");
        int forms = 0;
        foreach (string path in new[] { "/admin/features/cross_site", "/admin/new-feature", "/admin/new-hold", "/admin/new-key", "/admin/me", "/admin/sign-in" })
        {
            PageAnswer page = await anna.GetAsync(path);
            foreach (AngleSharp.Html.Dom.IHtmlFormElement form in page.Document.QuerySelectorAll("form[method=post]").Cast<AngleSharp.Html.Dom.IHtmlFormElement>())
            {
                PageAnswer refused = await anna.PostAsync(form.GetAttribute("action")!, [.. PageClient.Fields(form), new("to", "on"), new("quick", "50"), new("confirm", "cross_site"), new("reason", "x")], ("Sec-Fetch-Site", forms % 2 == 0 ? "cross-site" : "same-site"));
                Assert.Equal(System.Net.HttpStatusCode.Forbidden, refused.Status);
                forms++;
            }
        }

        Assert.Equal(before, await server.SqlAsync<long>("select max(id) from flags.audit"));
        Assert.Equal(System.Net.HttpStatusCode.OK, (await anna.GetAsync("/admin/me")).Status);
        Goal.Record(22, "cross-site posts change nothing", $"{forms} forms, 0 changes", "0 changes", true);
    }

    private static Task StoppedAsync(IPage page) => page.Locator("dialog .door").Or(page.Locator("dialog #passphrase")).First.WaitForAsync(new() { Timeout = (float)Eventually.Deadline.TotalMilliseconds });
}
