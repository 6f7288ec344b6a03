using System.Text.Json;
using Flags.Core;

namespace Flags.Client.Tests;

public sealed class ClaimRouteTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IFlagsApi Api => server.Api;

    [Theory]
    [InlineData("claims/first ?#%é")]
    [InlineData("..")]
    public async Task A_claim_is_won_renewed_completed_and_read(string key)
    {
        GrantedClaim claim = await Api.ClaimAsync(key, new TakeClaim { Owner = "a", Ttl = new Duration(TimeSpan.FromSeconds(30)) }, Cancellation);
        var taken = await Assert.ThrowsAsync<FlagsProblemException>(() => Api.ClaimAsync(key, new TakeClaim(), Cancellation));
        RenewedClaim renewed = await Api.RenewClaimAsync(key, new RenewClaim(claim.Token, new Duration(TimeSpan.FromMinutes(5))), Cancellation);
        EndedClaim ended = await Api.CompleteClaimAsync(key, new CompleteClaim(claim.Token, JsonSerializer.SerializeToElement("sent")), Cancellation);
        var done = await Assert.ThrowsAsync<FlagsProblemException>(() => Api.ClaimAsync(key, new TakeClaim(), Cancellation));

        Assert.Equal((key, 1), (claim.Key, claim.Attempt));
        Assert.Equal(("urn:flags:problem:claimed", "claimed"), (taken.Problem.Type, taken.Problem.State));
        Assert.InRange(renewed.ExpiresInSeconds, 240, 300);
        Assert.Equal("done", ended.State);
        Assert.Equal(("done", "sent"), (done.Problem.State, done.Problem.Result!.Value.GetString()));
        Assert.Equal("sent", (await Api.GetClaimAsync(key, Cancellation)).Result!.Value.GetString());
    }

    [Fact]
    public async Task A_claim_that_is_abandoned_is_free()
    {
        GrantedClaim claim = await Api.ClaimAsync("claims second", new TakeClaim { Mode = "once" }, Cancellation);
        await Api.AbandonClaimAsync(claim.Key, new AbandonClaim(claim.Token), Cancellation);

        Assert.Equal(2, (await Api.ClaimAsync(claim.Key, new TakeClaim(), Cancellation)).Attempt);
    }

    [Fact]
    public async Task Workers_report_are_waited_for_and_told()
    {
        Assert.Equal("none", (await BeatAsync("v1", "ready")).Instruction);
        Task<WorkerList> waiting = Api.GetReadyWorkersAsync("claims bot", "v2", 1, new Duration(TimeSpan.FromSeconds(30)), Cancellation);
        await BeatAsync("v2", "ready");

        Assert.Equal("bot/v2", Assert.Single((await waiting).Workers).Id);
        Assert.Equal(1, (await Api.QuietWorkersAsync(new InstructWorkers { Role = "claims bot", ExceptVersion = "v2" }, new WriteOptions { Reason = "v2" }, Cancellation)).Told);
        Assert.Equal("quiet", (await BeatAsync("v1", "quiet")).Instruction);
        Assert.Equal(1, (await Api.TerminateWorkersAsync(new InstructWorkers { Role = "claims bot", Id = "bot/v1" }, null, Cancellation)).Told);
        Assert.Equal("terminate", (await BeatAsync("v1", "stopped")).Instruction);
        Assert.Equal(["stopped", "ready"], (await Api.ListWorkersAsync("claims bot", null, Cancellation)).Workers.Select(worker => worker.State));
        Assert.Equal("stopped", (await Assert.ThrowsAsync<FlagsProblemException>(() => BeatAsync("v1", "ready"))).Problem.State);
    }

    private Task<HeartbeatAnswer> BeatAsync(string version, string state) =>
        Api.HeartbeatAsync($"bot/{version}", new Heartbeat { Role = "claims bot", Version = version, State = state, Host = "here", Leases = 1 }, Cancellation);
}
