using System.Net;
using Flags.Testing;

namespace Flags.Admin.Tests;

public sealed class SetUpTests
{
    [Fact]
    public async Task The_first_admin_is_made_once_and_the_page_is_gone_afterwards()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        using var client = new PageClient(server.Address);
        Assert.Contains("Nobody can sign in yet", (await client.GetAsync("/admin/sign-in")).Main, StringComparison.Ordinal);
        PageAnswer page = await client.GetAsync("/admin/setup");

        PageAnswer wrong = await client.SubmitAsync(page.FormOf("#passphrase"), null, ("code", "no such code"), ("name", "anna"), ("email", "anna@example.org"), ("passphrase", AdminServer.Passphrase));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Contains("Code is unknown, used or older than 24 hours.", wrong.Main, StringComparison.Ordinal);
        Assert.Equal("anna@example.org", wrong.Document.QuerySelector("#email")!.GetAttribute("value"));
        Assert.Null(wrong.Document.QuerySelector("#passphrase")!.GetAttribute("value"));

        string code = await server.NewSetUpCodeAsync();
        PageAnswer done = await client.SubmitAsync(wrong.FormOf("#passphrase"), null, ("code", code), ("passphrase", AdminServer.Passphrase));
        Assert.Equal(HttpStatusCode.OK, done.Status);
        Assert.Contains("jobs_processing is on.", done.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/admin/features")).Status);

        PageAnswer gone = await client.GetAsync("/admin/setup");
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.Contains("No such page", gone.Main, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codes_cannot_be_guessed_five_attempts_a_minute()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        using var client = new PageClient(server.Address);
        PageAnswer page = await client.GetAsync("/admin/setup");
        for (int i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await client.SubmitAsync(page.FormOf("#passphrase"), null, ("code", $"guess {i}"))).Status);
        PageAnswer refused = await client.SubmitAsync(page.FormOf("#passphrase"), null, ("code", await server.NewSetUpCodeAsync()));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
        Assert.Contains("Too many attempts", refused.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/admin/setup")).Status);
    }
}
