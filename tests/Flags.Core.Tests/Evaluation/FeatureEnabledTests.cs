namespace Flags.Core.Tests;

public sealed class FeatureEnabledTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(9999)]
    public void A_chain_of_features_is_followed_to_its_end_on_a_small_stack(int length)
    {
        var snapshot = Snapshot.Create(1, 1, Chain(length, new Gates { Actors = ["User;1"] }));
        var (on, off) = OnSmallStack(() => (snapshot.IsEnabled("f0", "User;1", Given.Context), snapshot.IsEnabled("f0", "User;2", Given.Context)));

        Assert.True(on);
        Assert.False(off);
    }

    [Fact]
    public void More_than_10_000_calls_in_a_check_are_an_error()
    {
        var failures = new List<string>();
        var context = Given.Drawing(0.5, (feature, _, error) => failures.Add($"{feature}: {error}"));
        var snapshot = Snapshot.Create(1, 1, Chain(10_001, new Gates { Boolean = true }));
        var answer = snapshot.Evaluate("f0", [], context);

        Assert.Equal((false, Reason.NoMatch, true), (answer.Enabled, answer.Reason, answer.ExpressionFailed));
        Assert.Contains("f0: More than 10000 function calls in one check", failures);
        Assert.True(snapshot.Evaluate("f2", [], context).Enabled);
    }

    [Fact]
    public void Features_that_refer_to_one_another_many_times_end_with_the_calls_not_with_the_patience()
    {
        var doubled = Enumerable.Range(0, 40).Select(i => Rule($"f{i}", $$"""{"Any":[{"FeatureEnabled":["f{{i + 1}}"]},{"FeatureEnabled":["f{{i + 1}}"]}]}"""));
        Assert.True(Snapshot.Create(1, 1, doubled).Evaluate("f0", [], Given.Context).ExpressionFailed);
    }

    [Fact]
    public void Calls_of_all_actors_count_together()
    {
        var calls = string.Join(',', Enumerable.Repeat("""{"Property":["a"]}""", 250));
        var snapshot = Given.Snapshot(Rule("search", $$"""{"Any":[{{calls}}]}"""));
        var actors = Enumerable.Range(0, 50).Select(i => new Actor($"User;{i}")).ToArray();

        Assert.False(snapshot.Evaluate("search", actors.AsSpan(0, 39), Given.Context).ExpressionFailed);
        Assert.True(snapshot.Evaluate("search", actors, Given.Context).ExpressionFailed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    public void A_circle_of_any_length_is_false_where_it_closes(int length)
    {
        var circle = Enumerable.Range(0, length).Select(i => Rule($"f{i}", $$"""{"FeatureEnabled":["f{{(i + 1) % length}}"]}"""));
        var answer = Snapshot.Create(1, 1, circle).Evaluate("f0", [], Given.Context);

        Assert.Equal((false, Reason.NoMatch, false), (answer.Enabled, answer.Reason, answer.ExpressionFailed));
    }

    [Fact]
    public void A_feature_may_be_asked_twice_when_it_is_not_inside_itself()
    {
        var features = Enumerable.Range(0, 20).Select(i => Rule($"f{i}", $$"""{"All":[{"FeatureEnabled":["f{{i + 1}}"]},{"FeatureEnabled":["on"]}]}"""));
        var snapshot = Snapshot.Create(1, 1, features)
            .With(1, 2, [Rule("f20", """{"All":[{"FeatureEnabled":["on"]},{"FeatureEnabled":["on"]}]}"""), Rule("on", """{"Boolean":[true]}""")], []);

        Assert.True(snapshot.IsEnabled("f0", Given.Context));
    }

    [Fact]
    public void Holds_and_deny_lists_of_the_other_feature_count()
    {
        var denied = new Gates { Boolean = true, DeniedActors = ["User;9"] };
        Assert.True(Asks(Given.Feature("other", denied), "User;1"));
        Assert.False(Asks(Given.Feature("other", denied), "User;9"));
        Assert.False(Asks(Given.Feature("other", denied, held: true), "User;1"));
    }

    [Fact]
    public void Gates_after_a_failed_expression_of_the_other_feature_are_asked()
    {
        var failing = new Gates { Expression = Expression.FromStored("""{"Time":["nonsense"]}"""), Actors = ["User;1"] };
        Assert.True(Asks(Given.Feature("other", failing), "User;1"));
        Assert.False(Asks(Given.Feature("other", failing), "User;2"));
    }

    [Fact]
    public void The_other_feature_sees_one_actor_at_a_time_and_its_own_name()
    {
        const string share = """{"PercentageOfActors":[{"Property":["flipper_id"]},50]}""";
        var snapshot = Given.Snapshot(Rule("jobs_processing", """{"FeatureEnabled":["stats"]}"""), Rule("stats", share));
        // User;2 is in the first half of jobs_processing, and not of stats.
        Assert.False(snapshot.IsEnabled("jobs_processing", "User;2", Given.Context));
        Assert.True(snapshot.IsEnabled("jobs_processing", "User;3", Given.Context));
        Assert.True(snapshot.Evaluate("jobs_processing", [new("User;2"), new("User;3")], Given.Context).Enabled);
    }

    private static bool Asks(CompiledFeature other, string id) =>
        Given.Snapshot(Rule("search", $$"""{"FeatureEnabled":["{{other.Name}}"]}"""), other).IsEnabled("search", id, Given.Context);

    private static IEnumerable<CompiledFeature> Chain(int length, Gates last) => Enumerable.Range(0, length)
        .Select(i => Rule($"f{i}", $$"""{"FeatureEnabled":["f{{i + 1}}"]}"""))
        .Append(Given.Feature($"f{length}", last));

    private static CompiledFeature Rule(string name, string json) => Given.Feature(name, new Gates { Expression = Expression.FromStored(json) });

    private static T OnSmallStack<T>(Func<T> check)
    {
        T? result = default;
        var thread = new Thread(() => result = check(), maxStackSize: 128 * 1024);
        thread.Start();
        thread.Join();
        return result!;
    }
}
