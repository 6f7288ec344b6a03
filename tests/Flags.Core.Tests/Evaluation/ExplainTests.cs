namespace Flags.Core.Tests;

public sealed class ExplainTests
{
    private static readonly Gates _gates = new()
    {
        Expression = Expression.FromStored("""{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"NotEqual":[{"Property":["flipper_id"]},"x"]}]}"""),
        Actors = ["User;2"],
        PercentageOfActors = Percentage.FromStored("25"),
        PercentageOfTime = Percentage.FromStored("0.5"),
        Groups = ["admins", "staff"],
        DeniedActors = ["User;9"],
    };

    [Fact]
    public void Every_gate_has_a_line_in_the_order_of_evaluation() => Assert.Equal(
        [
            ". -: not held", ". DeniedActor: not listed", ". DeniedGroup: not set", ". Boolean: not set",
            ". Expression: plan is \"free\", flipper_id is \"User;1\"", ". Actor: not listed", ". PercentageOfActors: bucket 97.600, needs < 25",
            ". PercentageOfTime: drawn 50.000, needs < 0.5", "> Group: in staff",
        ],
        Lines(_gates, held: false, Given.Actor("User;1", """{"plan":"free","groups":["staff"]}""")));

    [Fact]
    public void First_line_that_matches_decides_and_the_others_still_say_what_they_found()
    {
        Assert.Equal("> -: held: off for everyone", Lines(_gates, held: true, new Actor("User;2"))[0]);
        Assert.Equal("> DeniedActor: listed", Lines(_gates, held: false, new Actor("User;9"))[1]);
        Assert.Equal("o Actor: listed", Lines(_gates with { Boolean = true }, held: false, new Actor("User;2"))[5]);
        Assert.Equal("> Boolean: on for everyone", Lines(_gates with { Boolean = true }, held: false, new Actor("User;2"))[3]);
    }

    [Fact]
    public void Without_an_actor_the_lines_say_so() => Assert.Equal(
        ["no actor", "no actor, so no properties", "no actor", "no actor with an id", "no actor"],
        new[] { 1, 4, 5, 6, 8 }.Select(line => Lines(_gates, held: false)[line].Split(": ", 2)[1]));

    [Fact]
    public void Several_actors_are_shown_by_their_ids() => Assert.Equal(
        ". Expression: User;1: plan is \"free\", flipper_id is \"User;1\"; User;3: plan is not set, flipper_id is \"User;3\"",
        Lines(_gates, held: false, Given.Actor("User;1", """{"plan":"free"}"""), new Actor("User;3"))[4]);

    [Fact]
    public void Failed_expression_says_why() => Assert.Equal(
        ". Expression: failed: Time cannot use the text \"nonsense\"",
        Lines(new Gates { Expression = Expression.FromStored("""{"Time":["nonsense"]}""") }, held: false)[4]);

    [Fact]
    public void Expression_without_properties_is_said_in_words() => Assert.Equal(
        "> Expression: now is after \"2020-01-01\"",
        Lines(new Gates { Expression = Expression.FromStored("""{"GreaterThan":[{"Now":[]},{"Time":["2020-01-01"]}]}""") }, held: false)[4]);

    [Fact]
    public void Line_that_decides_agrees_with_the_answer()
    {
        foreach (var vector in VectorFile.List("enabled.vectors"))
        {
            var snapshot = Given.Snapshot(Given.Feature("search", VectorGates.Read(vector.GetProperty("gates"))));
            Actor[] actors = [new("User;1")];
            var answer = snapshot.Evaluate("search", actors, Given.Context);
            Assert.Equal(answer.Gate, snapshot.Explain("search", actors, Given.Context).SingleOrDefault(line => line.Decides)?.Gate);
        }
    }

    // ">" decided, "o" is open all the same.
    private static List<string> Lines(Gates gates, bool held, params Actor[] actors) =>
        [.. Given.Snapshot(Given.Feature("search", gates, held)).Explain("search", actors, Given.Context)
            .Select(line => $"{(line.Decides ? ">" : line.Open ? "o" : ".")} {line.Gate?.ToString() ?? "-"}: {line.Text}")];
}
