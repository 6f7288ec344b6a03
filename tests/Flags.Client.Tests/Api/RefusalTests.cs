using System.Text.Json;
using Flags.Core;

namespace Flags.Client.Tests;

/// <summary>What the server refuses is a FlagsProblemException with its problem; 5xx is an outage.</summary>
public sealed class RefusalTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IFlagsApi Api => server.Api;

    [Fact]
    public async Task A_wrong_key_is_401()
    {
        using HttpClient http = server.Http("flg_wrong");
        Problem problem = await RefusalAsync(() => new FlagsApi(http).ExportAsync(Cancellation));
        Assert.Equal((401, "urn:flags:problem:unauthorized"), (problem.Status, problem.Type));
    }

    [Fact]
    public async Task A_key_without_the_permission_or_for_other_names_is_403()
    {
        IFlagsApi reader = await server.ApiWithAsync("read");
        IFlagsApi narrow = await server.ApiWithAsync("write", "other_*");

        Problem permission = await RefusalAsync(() => reader.EnableFeatureAsync("jobs_processing", null, Cancellation));
        Problem pattern = await RefusalAsync(() => narrow.EnableFeatureAsync("jobs_processing", null, Cancellation));

        Assert.Equal((403, 403), (permission.Status, pattern.Status));
        Assert.Contains("write", permission.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_feature_is_404_and_one_that_exists_409()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "refused_twice" }, null, Cancellation);

        Assert.Equal(404, (await RefusalAsync(() => Api.EnableFeatureAsync("refused_missing", null, Cancellation))).Status);
        Problem twice = await RefusalAsync(() => Api.CreateFeatureAsync(new CreateFeature { Name = "refused_twice" }, null, Cancellation));
        Assert.Equal((409, "urn:flags:problem:exists"), (twice.Status, twice.Type));
    }

    [Fact]
    public async Task A_write_of_an_older_version_is_412_and_says_who_changed_it()
    {
        Feature read = await Api.CreateFeatureAsync(new CreateFeature { Name = "refused_old" }, null, Cancellation);
        Feature now = await Api.EnableFeatureAsync("refused_old", new WriteOptions { IfMatch = read.Version }, Cancellation);

        Problem problem = await RefusalAsync(() => Api.DisableFeatureAsync("refused_old", new WriteOptions { IfMatch = read.Version }, Cancellation));

        Assert.Equal((412, now.Version, "setup"), (problem.Status, problem.CurrentVersion, problem.ChangedBy));
        Assert.NotNull(problem.ChangedAt);
    }

    [Fact]
    public async Task An_invalid_field_is_422_and_named()
    {
        Problem problem = await RefusalAsync(() => Api.CreateFeatureAsync(new CreateFeature { Name = "refused_limit", Limit = 0 }, null, Cancellation));
        Assert.Equal((422, "limit"), (problem.Status, Assert.Single(problem.Errors!).Field));
    }

    [Fact]
    public async Task Turning_off_a_protected_feature_is_428_until_its_name_is_confirmed()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "refused_protected, ü", Protected = true, Enabled = true }, null, Cancellation);

        Problem problem = await RefusalAsync(() => Api.DisableFeatureAsync("refused_protected, ü", new WriteOptions { Confirm = ["another"] }, Cancellation));
        Feature off = await Api.DisableFeatureAsync("refused_protected, ü", new WriteOptions { Confirm = ["refused_protected, ü"] }, Cancellation);

        Assert.Equal(428, problem.Status);
        Assert.Contains("Flags-Confirm: refused_protected%2C%20%C3%BC", problem.Next, StringComparison.Ordinal);
        Assert.Equal(FeatureState.Off, off.State);
    }

    [Fact]
    public async Task An_import_that_is_no_export_is_refused()
    {
        Problem problem = await RefusalAsync(() => Api.ImportAsync(JsonElement.Parse("""{"features":1}"""), null, null, Cancellation));
        Assert.Equal(422, problem.Status);
    }

    [Fact]
    public async Task A_refusal_reads_as_what_happened_and_what_to_do()
    {
        var refusal = await Assert.ThrowsAsync<FlagsProblemException>(() => Api.GetFeatureAsync("refused_text", Cancellation));
        Assert.Equal($"Flags refused (404): {refusal.Problem.Detail} {refusal.Problem.Next}", refusal.Message);
    }

    private static async Task<Problem> RefusalAsync(Func<Task> call) => (await Assert.ThrowsAsync<FlagsProblemException>(call)).Problem;
}
