using Flags.Core;
using Flags.Testing;

namespace Flags.Client.Tests;

/// <summary>By which rules the snapshot moves: never back within a generation, a larger generation replaces, a smaller one is ignored.</summary>
public sealed class HolderTests
{
    private readonly FakeTime time = new();
    private readonly SnapshotHolder holder;

    public HolderTests() => holder = new SnapshotHolder(time);

    [Theory]
    [InlineData(5, 9, false)]
    [InlineData(5, 10, true)]
    [InlineData(5, 11, true)]
    [InlineData(4, 99, false)]
    [InlineData(6, 1, true)]
    public void A_snapshot_is_taken_unless_it_is_older(long generation, long version, bool taken)
    {
        Assert.True(holder.Take(Body(5, 10, "first")));
        Assert.Equal(taken, holder.Take(Body(generation, version, "second")));
        Assert.Equal(taken, holder.Current.Find("second") is not null);
        Assert.Equal(taken ? new Position(generation, version) : new Position(5, 10), holder.Position);
    }

    [Theory]
    [InlineData(5, 10, false)]
    [InlineData(5, 9, false)]
    [InlineData(5, 12, true)]
    [InlineData(4, 12, false)]
    [InlineData(6, 12, false)]
    public void A_change_is_applied_once_in_its_generation_and_only_forward(long generation, long version, bool applied)
    {
        holder.Take(Body(5, 10, "first"));
        holder.Apply(new ChangeBody { Generation = generation, Version = version, Features = [Feature("second")], Deleted = ["first"] });
        Assert.Equal((applied, !applied), (holder.Current.Find("second") is not null, holder.Current.Find("first") is not null));
        Assert.Equal(applied ? new Position(generation, version) : new Position(5, 10), holder.Position);
    }

    [Fact]
    public void A_feature_that_is_deleted_and_made_again_in_one_step_is_there()
    {
        holder.Take(Body(5, 10, "first"));
        holder.Apply(new ChangeBody { Generation = 5, Version = 11, Features = [Feature("first")], Deleted = ["first"] });
        Assert.NotNull(holder.Current.Find("first"));
    }

    [Fact]
    public void A_held_feature_is_off_until_the_last_hold_ends_and_says_so()
    {
        holder.Take(new SnapshotBody(5, 10, [Feature("job", Hold(100), Hold(200))]));
        Assert.Equal((false, Reason.Held), Ask());
        time.Advance(TimeSpan.FromSeconds(150));
        holder.EndHoldsPastLimit();
        Assert.Equal((false, Reason.Held), Ask());
        time.Advance(TimeSpan.FromSeconds(51));
        Assert.Equal((false, Reason.Held), Ask());
        holder.EndHoldsPastLimit();
        Assert.Equal((true, Reason.Opened), Ask());

        // What this client decided alone is not what the server said: it must be asked for everything.
        Assert.False(holder.IsFromServer);
        Assert.True(holder.Take(new SnapshotBody(5, 10, [Feature("job", Hold(100))])));
        Assert.Equal((false, Reason.Held), Ask());
    }

    [Fact]
    public void Holds_from_the_disk_are_as_old_as_the_file()
    {
        holder.Restore(new SnapshotBody(5, 10, [Feature("over", Hold(100)), Feature("job", Hold(1000))]), TimeSpan.FromSeconds(500));
        Assert.True(holder.Current.IsEnabled("over", EvaluationContext.Default));
        Assert.Equal((false, Reason.Held), Ask());
        time.Advance(TimeSpan.FromSeconds(501));
        holder.EndHoldsPastLimit();
        Assert.Equal((true, Reason.Opened), Ask());
    }

    private static SnapshotBody Body(long generation, long version, string feature) => new(generation, version, [Feature(feature)]);

    private static SnapshotFeature Feature(string name, params SnapshotHold[] holds) => new() { Name = name, Version = 1, Gates = new Gates { Boolean = true }, Holds = holds };

    private static SnapshotHold Hold(double seconds) => new(Guid.NewGuid(), "deploy", "release", default, seconds);

    private (bool, Reason) Ask() => holder.Current.Evaluate("job", [], EvaluationContext.Default) is var answer ? (answer.Enabled, answer.Reason) : default;
}
