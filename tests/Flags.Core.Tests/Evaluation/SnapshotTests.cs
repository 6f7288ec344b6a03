namespace Flags.Core.Tests;

public sealed class SnapshotTests
{
    private static readonly Gates _on = new() { Boolean = true };

    [Fact]
    public void Change_makes_a_new_snapshot_and_leaves_the_old_one()
    {
        var old = Snapshot.Create(3, 10, [Given.Feature("a", _on), Given.Feature("b", _on), Given.Feature("c", _on)]);
        var changed = old.With(4, 11, [Given.Feature("a", Gates.Empty), Given.Feature("d", _on)], ["b", "unknown"]);

        Assert.Equal((3, 10, 3), (old.Generation, old.Version, old.Count));
        Assert.Equal(["a", "b", "c"], On(old));
        Assert.Equal((4, 11, 3), (changed.Generation, changed.Version, changed.Count));
        Assert.Equal(["c", "d"], On(changed));
        Assert.Same(old.Find("c"), changed.Find("c"));
        Assert.Null(changed.Find("b"));
    }

    [Fact]
    public void What_is_removed_and_changed_is_in_it() =>
        Assert.NotNull(Snapshot.Create(1, 1, [Given.Feature("a", _on)]).With(1, 2, [Given.Feature("a", _on)], ["a"]).Find("a"));

    [Fact]
    public void Names_are_compared_byte_for_byte()
    {
        var snapshot = Given.Snapshot(Given.Feature("é", _on));
        Assert.Null(snapshot.Find("e\u0301"));
        Assert.Null(snapshot.Find("É"));
        Assert.NotNull(snapshot.Find("é"));
    }

    [Fact]
    public void Prepared_feature_answers_as_its_name_and_looks_others_up_in_the_snapshot()
    {
        var refers = Given.Feature("refers", new Gates { Expression = Expression.FromStored("""{"FeatureEnabled":["a"]}""") });
        var on = Given.Snapshot(refers, Given.Feature("a", _on));
        var off = on.With(1, 2, [Given.Feature("a", Gates.Empty)], []);

        Assert.True(on.IsEnabled(refers, Given.Context));
        Assert.False(off.IsEnabled(refers, Given.Context));
        Assert.True(on.IsEnabled(refers, "User;1", Given.Context));
        Assert.True(on.Evaluate(refers, [new("User;1")], Given.Context).Enabled);
    }

    [Fact]
    public void Compiled_feature_shows_the_stored_gates_also_while_held()
    {
        var feature = Given.Feature("a", _on, held: true, version: 5);
        Assert.Equal(("a", true, 5, FeatureState.On), (feature.Name, feature.Held, feature.Version, feature.State));
        Assert.Same(_on, feature.Gates);
    }

    private static IEnumerable<string> On(Snapshot snapshot) =>
        snapshot.Features.Where(feature => snapshot.IsEnabled(feature, Given.Context)).Select(feature => feature.Name).Order(StringComparer.Ordinal);
}
