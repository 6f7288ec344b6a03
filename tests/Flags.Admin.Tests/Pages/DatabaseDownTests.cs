using System.Net;
using Flags.Testing;
using Npgsql;

namespace Flags.Admin.Tests;

public sealed class DatabaseDownTests
{
    [Fact]
    public async Task With_the_database_away_features_are_shown_from_memory_and_nothing_can_be_changed()
    {
        var settings = new NpgsqlConnectionStringBuilder(await TestServer.CreateDatabaseAsync());
        await using var wire = new BreakableWire(settings.Host!, settings.Port);
        (settings.Host, settings.Port) = ("127.0.0.1", wire.Port);
        // Patient, though this is an outage: a broken wire is noticed at once, so nothing here waits for a limit.
        await using TestServer server = await TestServer.StartAsync(settings.ConnectionString);
        await server.AddPersonAsync("anna", "admin");
        using var client = new PageClient(server.Address);
        await client.SignInAsync("anna@example.org", AdminServer.Passphrase);
        PageAnswer page = await client.GetAsync("/admin/features/jobs_processing");

        wire.Break();
        PageAnswer list = await client.GetAsync("/admin/features");
        Assert.Equal(HttpStatusCode.OK, list.Status);
        Assert.Contains("jobs_processing", list.Main, StringComparison.Ordinal);
        Assert.Contains("Read-only: the database is not answering", list.Words("#blocked"), StringComparison.Ordinal);
        Assert.Equal("true", list.Document.QuerySelector("[role=switch]")!.GetAttribute("aria-disabled"));
        PageAnswer feature = await client.GetAsync("/admin/features/jobs_processing");
        Assert.Contains("Not available while the database is not answering.", feature.Words("#history-card"), StringComparison.Ordinal);
        PageAnswer refused = await client.SubmitAsync(page.FormOf("#turn-off"), "turn-off");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Contains("Nothing was changed.", refused.Main, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/admin/sign-in")).Status);

        wire.Mend();
        await Eventually.TrueAsync(async () => (await client.GetAsync("/admin/features")).Document.QuerySelector("#blocked") is null, "the database to be back");
        PageAnswer off = await client.SubmitAsync((await client.GetAsync("/admin/features/jobs_processing")).FormOf("#turn-off"), "turn-off");
        Assert.Contains("jobs_processing is off.", off.Toast, StringComparison.Ordinal);
    }
}
