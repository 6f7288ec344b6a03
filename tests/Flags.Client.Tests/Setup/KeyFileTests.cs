using System.Net;
using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class KeyFileTests(FlagsServer server) : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"flags-key-{Guid.NewGuid():N}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task A_rotated_key_is_read_from_its_file_when_the_old_one_is_refused()
    {
        using var log = new LogLines();
        MintedKey minted = await server.MintAsync("evaluate write read");
        await File.WriteAllTextAsync(file, minted.Key + "\n", Cancellation);
        await using FlagsClient flags = Client(log);
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "keyfile_on" }, null, Cancellation);
        Assert.False(await flags.IsEnabledAsync("keyfile_on", null, Cancellation));

        MintedKey rotated = await server.Api.RotateKeyAsync(minted.Info.Id, new RotateKey(new Duration(TimeSpan.Zero)), null, Cancellation);
        await File.WriteAllTextAsync(file, rotated.Key, Cancellation);
        await RefusedAsync(minted.Key);

        // A call with a body, since it is sent twice.
        await flags.Api.PatchGatesAsync("keyfile_on", new GatesPatch { Boolean = true }, null, Cancellation);
        await Eventually.TrueAsync(() => flags.IsEnabled("keyfile_on"), "the stream works with the new key");
        Assert.Single(log.All, line => line.Id.Id == 120);
        Assert.DoesNotContain(log.All, line => line.Text.Contains("flg_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refused_key_whose_file_did_not_change_stays_refused()
    {
        await File.WriteAllTextAsync(file, "flg_wrong", Cancellation);
        await using FlagsClient flags = Client(null);

        var refusal = await Assert.ThrowsAsync<FlagsProblemException>(() => flags.Api.ExportAsync(Cancellation));

        Assert.Equal(401, refusal.Problem.Status);
    }

    [Fact]
    public async Task A_key_file_that_went_away_leaves_the_refusal_and_a_warning()
    {
        using var log = new LogLines();
        await File.WriteAllTextAsync(file, "flg_wrong", Cancellation);
        await using FlagsClient flags = Client(log);
        await Assert.ThrowsAsync<FlagsProblemException>(() => flags.Api.ExportAsync(Cancellation));
        File.Delete(file);

        await Assert.ThrowsAsync<FlagsProblemException>(() => flags.Api.ExportAsync(Cancellation));

        Assert.Contains(log.All, line => line.Id.Id == 121);
    }

    private FlagsClient Client(LogLines? log) => FlagsClient.Create(options => (options.Url, options.ApiKeyFile, options.Timeout) = (server.Url, file, Eventually.Deadline), log?.Factory());

    private async Task RefusedAsync(string key)
    {
        using HttpClient http = server.Http(key);
        await Eventually.TrueAsync(async () => (await http.GetAsync("/api/v1/export", Cancellation)).StatusCode == HttpStatusCode.Unauthorized, "the old secret is refused");
    }
}
