using System.Text.Json;
using Flags.Core;

namespace Flags.Client.Tests;

public sealed class AdministrationRouteTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IFlagsApi Api => server.Api;

    [Fact]
    public async Task The_audit_tells_who_did_what_and_why()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "audit_one" }, new WriteOptions { Reason = "first" }, Cancellation);
        await Api.EnableFeatureAsync("audit_one", null, Cancellation);
        await Api.DisableFeatureAsync("audit_one", null, Cancellation);

        AuditList newest = await Api.ListAuditAsync(new AuditQuery { Feature = "audit_one", Who = "setup", Limit = 2 }, Cancellation);
        AuditList oldest = await Api.ListAuditAsync(new AuditQuery { Feature = "audit_one", Cursor = newest.NextCursor }, Cancellation);
        DateTimeOffset created = oldest.Audit[0].At;
        AuditList before = await Api.ListAuditAsync(new AuditQuery { Feature = "audit_one", From = created.AddDays(-1), To = created.AddMilliseconds(-1) }, Cancellation);
        AuditList enabled = await Api.ListAuditAsync(new AuditQuery { Feature = "audit_one", What = "feature.enable", From = created.AddDays(-1), To = created.AddDays(1) }, Cancellation);

        Assert.Equal(["feature.disable", "feature.enable"], newest.Audit.Select(row => row.What));
        Assert.Equal(("feature.create", "first"), (oldest.Audit[0].What, oldest.Audit[0].Reason));
        Assert.Empty(before.Audit);
        Assert.Single(enabled.Audit);
    }

    [Fact]
    public async Task An_export_can_be_imported_again()
    {
        Feature original = await Api.CreateFeatureAsync(new CreateFeature { Name = "export_one", Description = "ä/\"", Enabled = true, Limit = 2 }, null, Cancellation);
        ExportedFeature exported = Assert.Single((await Api.ExportAsync(Cancellation)).Features, feature => feature.Name == "export_one");
        await Api.DeleteFeatureAsync("export_one", null, Cancellation);
        JsonElement body = JsonSerializer.SerializeToElement(new ExportBody("flags", 1, [exported]), FlagsJson.Relaxed.ExportBody);

        ImportAnswer dry = await Api.ImportAsync(body, new ImportQuery { DryRun = true }, null, Cancellation);
        CheckAnswer missing = await Api.CheckAsync("export_one", cancellationToken: Cancellation);
        ImportAnswer done = await Api.ImportAsync(body, null, new WriteOptions { Reason = "back" }, Cancellation);
        Feature back = await Api.GetFeatureAsync("export_one", Cancellation);

        Assert.True(dry.DryRun);
        Assert.Equal("export_one", Assert.Single(dry.Created).Name);
        Assert.False(missing.Enabled);
        Assert.False(done.DryRun);
        Assert.Equal((original.Description, original.Limit, original.Gates), (back.Description, back.Limit, back.Gates));
    }

    [Fact]
    public async Task An_export_of_Flipper_is_imported_too()
    {
        JsonElement body = JsonElement.Parse("""{"version":1,"features":{"import_flipper":{"boolean":null,"groups":["admins"],"actors":["User;1"],"percentage_of_actors":"25"}}}""");

        ImportAnswer answer = await Api.ImportAsync(body, null, null, Cancellation);

        Assert.Equal("import_flipper", Assert.Single(answer.Created).Name);
        Gates gates = (await Api.GetFeatureAsync("import_flipper", Cancellation)).Gates;
        Assert.Equal(["admins"], gates.Groups);
        Assert.Equal(["User;1"], gates.Actors);
        Assert.Equal("25", gates.PercentageOfActors?.Text);
    }

    [Fact]
    public async Task A_replacing_import_says_what_it_would_delete()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "replace_me" }, null, Cancellation);
        JsonElement none = JsonElement.Parse("""{"format":"flags","formatVersion":1,"features":[]}""");

        ImportAnswer answer = await Api.ImportAsync(none, new ImportQuery { Mode = ImportMode.Replace, DryRun = true }, new WriteOptions { Confirm = await ProtectedAsync() }, Cancellation);

        Assert.Contains(answer.Deleted, feature => feature.Name == "replace_me");
        Assert.Empty((await Api.ImportAsync(none, new ImportQuery { Mode = ImportMode.Merge, DryRun = true }, null, Cancellation)).Deleted);
    }

    private async Task<IReadOnlyList<string>> ProtectedAsync() =>
        [.. (await Api.ListFeaturesAsync(new FeatureQuery { Limit = 200 }, Cancellation)).Features.Where(feature => feature.Protected).Select(feature => feature.Name)];
}
