namespace Flags.Core.Tests;

public sealed class AllocationTests
{
    private const string Uuid = "550e8400-e29b-41d4-a716-446655440000";
    private static readonly EvaluationContext _context = EvaluationContext.Default;
    private static readonly Actor _actor = Given.Actor("User;1", """{"plan":"pro","age":42,"year":2026,"ratio":0.5,"big":123456789012345678901,"groups":["x","staff"]}""");

    public static TheoryData<string> ById => ["User;1", Uuid, "José;5", "利用者;42", "😀", string.Concat(Enumerable.Repeat(Uuid, 85)), string.Concat(Enumerable.Repeat("é€😀", 300))];

    public static TheoryData<string> WithoutAllocation =>
    [
        """{"Equal":[{"Property":["plan"]},"pro"]}""",
        """{"NotEqual":[{"Property":["plan"]},{"Property":["flipper_id"]}]}""",
        """{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"GreaterThanOrEqualTo":[{"Property":["age"]},21]}]}""",
        """{"Any":[{"LessThan":[{"Property":["ratio"]},0.75]},{"Equal":[{"Property":["none"]},true]}]}""",
        """{"GreaterThan":[{"Now":[]},{"Time":["2020-01-01"]}]}""",
        """{"PercentageOfActors":[{"Property":["flipper_id"]},25]}""",
        """{"All":[{"FeatureEnabled":["boolean"]},{"FeatureEnabled":["rule"]},{"FeatureEnabled":["unknown"]}]}""",
        """{"LessThan":[{"Random":[]},0.5]}""",
        """{"Boolean":[{"Property":["age"]}]}""",
    ];

    [Theory]
    [MemberData(nameof(ById))]
    public void Check_by_id_allocates_nothing(string id)
    {
        var snapshot = Given.Snapshot([.. Features(id)]);
        foreach (var feature in snapshot.Features)
        {
            AssertFree(feature.Name, () => snapshot.IsEnabled(feature.Name, id, _context));
            AssertFree(feature.Name, () => snapshot.IsEnabled(feature, id, _context));
            AssertFree(feature.Name, () => snapshot.IsEnabled(feature.Name, _context));
            AssertFree(feature.Name, () => snapshot.IsEnabled(feature, _context));
        }
        AssertFree("unknown", () => snapshot.IsEnabled("unknown", id, _context));
    }

    [Fact]
    public void Check_by_actors_allocates_nothing()
    {
        var snapshot = Given.Snapshot([.. Features("User;1")]);
        Actor[] one = [_actor], several = [_actor, new("Org;7", null, ["x", "y"]), new("Team;3", null, new List<string> { "z" }), new(null)];
        foreach (var feature in snapshot.Features)
        {
            AssertFree(feature.Name, () => snapshot.Evaluate(feature.Name, [], _context).Enabled);
            AssertFree(feature.Name, () => snapshot.Evaluate(feature.Name, one, _context).Enabled);
            AssertFree(feature.Name, () => snapshot.Evaluate(feature.Name, several, _context).Enabled);
            AssertFree(feature.Name, () => snapshot.Evaluate(feature, several, _context).Enabled);
        }
    }

    [Theory]
    [MemberData(nameof(WithoutAllocation))]
    public void Usual_expression_allocates_nothing(string expression)
    {
        var rule = Given.Feature("expression", new Gates { Expression = Expression.FromStored(expression) });
        var snapshot = Given.Snapshot([rule, .. Features("User;1")]);
        Actor[] actors = [_actor];

        AssertFree(expression, () => snapshot.Evaluate("expression", actors, _context).Enabled);
        AssertFree(expression, () => snapshot.IsEnabled("expression", "User;1", _context));
    }

    // What does allocate: texts that must be made, numbers beyond 64 bits, and the message of a failure.
    [Theory]
    [InlineData("""{"GreaterThan":[{"Property":["plan"]},"basic"]}""", 32)]
    [InlineData("""{"Equal":[{"String":[{"Property":["year"]}]},"2026"]}""", 32)]
    [InlineData("""{"GreaterThan":[{"Property":["big"]},1]}""", 160)]
    [InlineData("""{"Time":[{"Property":["plan"]}]}""", 400)]
    public void Unusual_expression_allocates_little(string expression, int atMost)
    {
        var snapshot = Given.Snapshot(Given.Feature("expression", new Gates { Expression = Expression.FromStored(expression) }));
        Actor[] actors = [_actor];

        Assert.InRange(BytesOf(() => snapshot.Evaluate("expression", actors, _context).Enabled) / 1000.0, 1, atMost);
    }

    private static IEnumerable<CompiledFeature> Features(string id)
    {
        yield return Given.Feature("off", Gates.Empty);
        yield return Given.Feature("boolean", new Gates { Boolean = true });
        yield return Given.Feature("held", new Gates { Boolean = true }, held: true);
        yield return Given.Feature("share", new Gates { PercentageOfActors = Percentage.FromStored("25") });
        yield return Given.Feature("listed", new Gates { Actors = [id, "a", "b"] });
        yield return Given.Feature("not listed", new Gates { Actors = ["a", "b", "c"] });
        yield return Given.Feature("time", new Gates { PercentageOfTime = Percentage.FromStored("50") });
        yield return Given.Feature("group", new Gates { Groups = ["admins", "staff"] });
        yield return Given.Feature("denied", new Gates { Boolean = true, DeniedActors = [id] });
        yield return Given.Feature("denied group", new Gates { Boolean = true, DeniedGroups = ["staff"], DeniedActors = ["z"] });
        yield return Given.Feature("rule", new Gates { Expression = Expression.FromStored("""{"Equal":[{"Property":["plan"]},"pro"]}""") });
        yield return Given.Feature("all", new Gates
        {
            Actors = ["a"],
            PercentageOfActors = Percentage.FromStored("0.001"),
            PercentageOfTime = Percentage.FromStored("0.001"),
            Groups = ["admins"],
            DeniedActors = ["z"],
        });
    }

    private static void AssertFree(string what, Func<bool> check) => Assert.True(BytesOf(check) == 0, what);

    // The least of three: a pool that is emptied by the collector in between is not what is measured.
    private static long BytesOf(Func<bool> check)
    {
        for (var i = 0; i < 1000; i++)
            check();
        return Enumerable.Range(0, 3).Min(_ => Measure(check));
    }

    private static long Measure(Func<bool> check)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            check();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
