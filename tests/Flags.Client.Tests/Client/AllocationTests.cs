using Flags.Core;

namespace Flags.Client.Tests;

public sealed class AllocationTests
{
    private bool sink;

    [Fact]
    public void A_check_allocates_nothing()
    {
        using var fake = new FakeFlags();
        fake.Enable("on").Disable("off").Hold("held").Set("share", new Gates { PercentageOfActors = Percentage.FromStored("25") });
        FlagsClient flags = fake.Client;
        PreparedFeature on = flags.Feature("on"), share = flags.Feature("share");
        var actor = new Actor("User;1");
        void Check()
        {
            sink ^= flags.IsEnabled("on") ^ flags.IsEnabled("off") ^ flags.IsEnabled("held") ^ flags.IsEnabled("missing");
            sink ^= flags.IsEnabled("share", "User;1") ^ flags.IsEnabled("share", actor) ^ on.IsEnabled() ^ share.IsEnabled("User;1") ^ share.IsEnabled(actor);
            sink ^= flags.IsEnabledAsync("on").AsTask().IsCompletedSuccessfully ^ flags.Evaluate("share", actor).Enabled;
        }

        for (int i = 0; i < 1000; i++)
            Check();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
            Check();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
