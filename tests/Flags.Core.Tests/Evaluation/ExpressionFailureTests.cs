namespace Flags.Core.Tests;

public sealed class ExpressionFailureTests
{
    private static readonly Gates _failing = new() { Expression = Expression.FromStored("""{"Any":[true,{"Time":["nonsense"]}]}""") };

    [Fact]
    public void Failed_expression_closes_its_gate_and_the_next_ones_are_asked()
    {
        var snapshot = Given.Snapshot(Given.Feature("search", _failing with { Actors = ["User;1"] }));
        Assert.Equal(new Evaluation(true, Reason.Opened, Gate.Actor, true, 1), snapshot.Evaluate("search", [new("User;1")], Given.Context));
        Assert.Equal(new Evaluation(false, Reason.NoMatch, null, true, 1), snapshot.Evaluate("search", [new("User;2")], Given.Context));
    }

    [Fact]
    public void Failure_is_told_once_for_each_version_of_a_feature()
    {
        var told = new List<(string, long, string)>();
        var context = Given.Drawing(0.5, (feature, version, error) => told.Add((feature, version, error)));
        var snapshot = Given.Snapshot(Given.Feature("search", _failing, version: 7));
        for (var i = 0; i < 3; i++)
            Assert.True(snapshot.Evaluate("search", [], context).ExpressionFailed);
        snapshot = snapshot.With(1, 8, [Given.Feature("other", _failing, version: 8)], []);
        Assert.True(snapshot.Evaluate("search", [], context).ExpressionFailed);
        Assert.True(snapshot.Evaluate("other", [], context).ExpressionFailed);

        Assert.Equal([("search", 7L, "Time cannot use the text \"nonsense\""), ("other", 8L, "Time cannot use the text \"nonsense\"")], told);
    }

    [Fact]
    public void First_actor_that_opens_ends_it_and_so_does_the_first_that_fails()
    {
        var gates = new Gates { Expression = Expression.FromStored("""{"LessThan":[{"Time":[{"Property":["since"]}]},{"Now":[]}]}""") };
        var snapshot = Given.Snapshot(Given.Feature("search", gates));
        Actor open = Given.Actor("User;1", """{"since":"2020-01-01"}"""), closed = Given.Actor("User;2", """{"since":"2099-01-01"}"""), failing = new("User;3");

        Assert.Equal((true, false), Outcome(closed, open, failing));
        Assert.Equal((false, true), Outcome(closed, failing, open));

        (bool, bool) Outcome(params Actor[] actors)
        {
            var answer = snapshot.Evaluate("search", actors, Given.Context);
            return (answer.Enabled, answer.ExpressionFailed);
        }
    }

    [Theory]
    [InlineData("""{"Nope":[1]}""", "Nope is not a function")]
    [InlineData("""{"Equal":[1]}""", "Equal takes 2 arguments, has 1")]
    [InlineData("""{"Equal":[null,1]}""", "a constant is a string, a number or a boolean")]
    [InlineData("[1]", "a constant is a string, a number or a boolean")]
    [InlineData("""{"\ud800":[1]}""", "\uFFFD is not a function")]
    [InlineData("""{"All":[{}]}""", "an empty object is not a function")]
    public void Stored_nonsense_fails_when_it_is_evaluated(string json, string error)
    {
        string? told = null;
        var snapshot = Given.Snapshot(Given.Feature("search", new Gates { Expression = Expression.FromStored(json) }));
        Assert.True(snapshot.Evaluate("search", [], Given.Drawing(0.5, (_, _, message) => told = message)).ExpressionFailed);
        Assert.Equal(error, told);
        Assert.Equal(json, Expression.FromStored(json).Json);
    }

    [Fact]
    public void Stored_text_that_is_no_JSON_is_refused() => Assert.ThrowsAny<System.Text.Json.JsonException>(() => Expression.FromStored("{"));

    [Fact]
    public void Stored_empty_object_is_no_expression() =>
        Assert.Equal((Reason.Off, false), Given.Evaluate("{}") is var answer ? (answer.Reason, answer.ExpressionFailed) : default);

    [Fact]
    public void Stored_constant_is_its_own_truth()
    {
        Assert.True(Given.Evaluate("true").Enabled);
        Assert.True(Given.Evaluate("\"\"").Enabled);
        Assert.False(Given.Evaluate("false").Enabled);
    }

    [Fact]
    public void Nothing_of_a_failed_check_is_left_for_the_next()
    {
        var snapshot = Given.Snapshot(Given.Feature("bad", _failing), Given.Feature("good", new Gates { Expression = Expression.FromStored("""{"Equal":[{"Property":["a"]},1]}""") }));
        for (var i = 0; i < 100; i++)
        {
            Assert.True(snapshot.Evaluate("bad", [], Given.Context).ExpressionFailed);
            Assert.True(snapshot.Evaluate("good", [Given.Actor("User;1", """{"a":1}""")], Given.Context).Enabled);
        }
    }
}
