namespace Flags.Core.Tests;

public sealed class GroupTests
{
    private static readonly Snapshot _snapshot = Given.Snapshot(Given.Feature("search", new Gates { Groups = ["admins", "staff"] }));

    [Theory]
    [InlineData("""{"groups":["staff"]}""", true)]
    [InlineData("""{"groups":["x","admins"]}""", true)]
    [InlineData("""{"groups":["Staff"]}""", false)]
    [InlineData("""{"groups":"staff"}""", false)]
    [InlineData("""{"groups":[1,null,["staff"]]}""", false)]
    [InlineData("""{"groups":{"staff":true}}""", false)]
    [InlineData("{}", false)]
    public void Property_groups_says_where_an_actor_is(string properties, bool expected) =>
        Assert.Equal(expected, _snapshot.Evaluate("search", [Given.Actor("User;1", properties)], Given.Context).Enabled);

    [Fact]
    public void Caller_says_where_an_actor_is_in_any_collection()
    {
        IReadOnlyCollection<string>[] groups = [["staff"], new List<string> { "staff" }, new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "x", "staff" }, new Queue<string>(["staff"])];
        Assert.All(groups, group => Assert.True(_snapshot.Evaluate("search", [new("User;1", null, group)], Given.Context).Enabled));
        Assert.False(_snapshot.Evaluate("search", [new("User;1", null, new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "STAFF" })], Given.Context).Enabled);
    }

    [Fact]
    public void Predicate_of_the_app_says_where_an_actor_is()
    {
        var context = WithPredicate(actor => actor.Id == "User;1");
        Assert.True(_snapshot.IsEnabled("search", "User;1", context));
        Assert.False(_snapshot.IsEnabled("search", "User;2", context));
        Assert.False(_snapshot.IsEnabled("search", context));
        Assert.True(_snapshot.Evaluate("search", [new("User;2"), new("User;1")], context).Enabled);
    }

    [Fact]
    public void Unknown_group_has_no_members() => Assert.False(_snapshot.Evaluate("search", [new("User;1")], Given.Context).Enabled);

    [Fact]
    public void Predicate_may_check_another_feature_while_an_expression_is_evaluated()
    {
        Snapshot? snapshot = null;
        var context = WithPredicate(actor => snapshot!.Evaluate("rule", [actor], Given.Context).Enabled);
        snapshot = _snapshot.With(1, 2,
        [
            Given.Feature("rule", new Gates { Expression = Expression.FromStored("""{"Equal":[{"Property":["plan"]},"pro"]}""") }),
            Given.Feature("outer", new Gates { Expression = Expression.FromStored("""{"All":[{"FeatureEnabled":["search"]},{"Equal":[{"Property":["plan"]},"pro"]}]}""") }),
        ], []);

        Assert.True(snapshot.Evaluate("outer", [Given.Actor("User;1", """{"plan":"pro"}""")], context).Enabled);
        Assert.False(snapshot.Evaluate("outer", [Given.Actor("User;1", """{"plan":"free"}""")], context).Enabled);
    }

    [Fact]
    public void What_a_predicate_throws_reaches_the_caller_and_the_next_check_works()
    {
        var outer = _snapshot.With(1, 2, [Given.Feature("outer", new Gates { Expression = Expression.FromStored("""{"FeatureEnabled":["search"]}""") })], []);
        Assert.Throws<InvalidTimeZoneException>(() => outer.IsEnabled("outer", "User;1", WithPredicate(_ => throw new InvalidTimeZoneException())));
        Assert.True(outer.IsEnabled("outer", "User;1", WithPredicate(_ => true)));
    }

    private static EvaluationContext WithPredicate(Func<Actor, bool> isStaff) => new()
    {
        Random = () => 0.5,
        Now = () => Given.Now,
        GroupPredicates = new Dictionary<string, Func<Actor, bool>> { ["staff"] = isStaff },
    };
}
