using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>A feature that a deploy holds, on a real server.</summary>
public sealed class HeldTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(FlagsMode.Stream)]
    [InlineData(FlagsMode.Poll)]
    public async Task A_held_feature_is_off_for_everyone_until_the_release_wakes_who_waits(FlagsMode mode)
    {
        string name = $"held_{mode}";
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = name, Enabled = true }, null, Cancellation);
        await using FlagsClient flags = server.Client(options => (options.Mode, options.PollInterval) = (mode, TimeSpan.FromSeconds(1)));
        PreparedFeature prepared = flags.Feature(name);
        await Eventually.TrueAsync(() => prepared.IsEnabled(), "it is on");

        PlacedHold hold = await server.Api.PlaceHoldAsync(Guid.NewGuid(), new PlaceHold { Features = [name], Reason = "release 42" }, null, Cancellation);
        await Eventually.TrueAsync(() => !prepared.IsEnabled(), "the hold is seen");
        Evaluation held = flags.Evaluate(name, new Actor("User;1"));
        Assert.Equal((false, Reason.Held, null), (held.Enabled, held.Reason, held.Gate));
        Assert.False(flags.IsEnabled(name, "User;1") || await flags.IsEnabledAsync(name, null, Cancellation));
        Task<bool> waiting = flags.WaitUntilEnabledAsync(name, TimeSpan.FromMinutes(5), Cancellation);
        Assert.False(waiting.IsCompleted);

        await server.Api.ReleaseHoldAsync(hold.Id, null, Cancellation);

        Assert.True(await waiting.WaitAsync(Eventually.Deadline, Cancellation));
        Assert.Equal(Reason.Opened, flags.Evaluate(name).Reason);
    }
}
