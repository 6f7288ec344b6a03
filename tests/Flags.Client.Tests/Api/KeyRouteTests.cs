using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

public sealed class KeyRouteTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IFlagsApi Api => server.Api;

    [Fact]
    public async Task A_minted_key_works_is_listed_renamed_and_revoked()
    {
        MintedKey minted = await Api.MintKeyAsync(
            new MintKey { Name = "keys_first", Permissions = ["read", "evaluate"], Pattern = "keys_*", ExpiresIn = new Duration(TimeSpan.FromDays(1)) }, new WriteOptions { Reason = "for a test" }, Cancellation);
        using HttpClient http = server.Http(minted.Key);
        var own = new FlagsApi(http);

        Assert.Empty((await own.ListFeaturesAsync(null, Cancellation)).Features);
        KeyInfo renamed = await Api.PatchKeyAsync(minted.Info.Id, new KeyPatch { Name = "keys_second" }, null, Cancellation);
        KeyInfo listed = Assert.Single((await Api.ListKeysAsync(Cancellation)).Keys, key => key.Id == minted.Info.Id);
        await Api.RevokeKeyAsync(minted.Info.Id, null, Cancellation);

        Assert.Equal("keys_second", renamed.Name);
        Assert.Equal(("keys_second", "keys_*"), (listed.Name, listed.Pattern));
        Assert.NotNull(listed.ExpiresAt);
        await Eventually.TrueAsync(() => IsRefusedAsync(own), "the revoked key is refused");
        var again = await Assert.ThrowsAsync<FlagsProblemException>(() => Api.RevokeKeyAsync(minted.Info.Id, null, Cancellation));
        Assert.Equal(409, again.Problem.Status);
    }

    [Fact]
    public async Task A_rotated_key_has_a_new_secret_and_the_old_one_ends_when_told()
    {
        MintedKey minted = await server.MintAsync("read");
        using HttpClient oldHttp = server.Http(minted.Key);

        MintedKey rotated = await Api.RotateKeyAsync(minted.Info.Id, new RotateKey(new Duration(TimeSpan.Zero)), null, Cancellation);
        using HttpClient newHttp = server.Http(rotated.Key);

        Assert.Equal(minted.Info.Id, rotated.Info.Id);
        Assert.NotEqual(minted.Key, rotated.Key);
        Assert.False(await IsRefusedAsync(new FlagsApi(newHttp)));
        await Eventually.TrueAsync(() => IsRefusedAsync(new FlagsApi(oldHttp)), "the old secret is refused");
    }

    private static async Task<bool> IsRefusedAsync(FlagsApi api)
    {
        try
        {
            await api.ExportAsync(Cancellation);
            return false;
        }
        catch (FlagsProblemException refusal) when (refusal.Problem.Status == 401)
        {
            return true;
        }
    }
}
