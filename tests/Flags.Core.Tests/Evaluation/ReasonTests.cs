namespace Flags.Core.Tests;

public sealed class ReasonTests
{
    private static readonly Gates _everything = new()
    {
        Boolean = true,
        Actors = ["User;1"],
        PercentageOfTime = Percentage.FromStored("100"),
        DeniedActors = ["User;9"],
        DeniedGroups = ["bots"],
    };

    [Fact]
    public void Unknown_feature_is_off_and_not_found()
    {
        Assert.Equal(new Evaluation(false, Reason.NotFound, null, false, 0), Snapshot.Empty.Evaluate("search", [], Given.Context));
        Assert.False(Snapshot.Empty.IsEnabled("search", Given.Context));
        Assert.False(Snapshot.Empty.IsEnabled("search", "User;1", Given.Context));
        Assert.Empty(Snapshot.Empty.Explain("search", [], Given.Context));
    }

    [Fact]
    public void Held_feature_is_off_for_everyone() =>
        Assert.All(Answers(_everything, held: true, new("User;1"), new("User;9")), answer => Assert.Equal((false, Reason.Held, null), answer));

    [Fact]
    public void Denied_actor_is_off_before_any_gate_is_asked()
    {
        Assert.Equal([(false, Reason.Denied, Gate.DeniedActor)], Answers(_everything, held: false, new Actor("User;9")));
        Assert.Equal([(false, Reason.Denied, Gate.DeniedGroup)], Answers(_everything, held: false, new Actor("User;1", null, ["bots"])));
        Assert.False(Given.Snapshot(Given.Feature("search", _everything)).IsEnabled("search", "User;9", Given.Context));
    }

    [Fact]
    public void One_denied_actor_of_several_denies_all() => Assert.Equal((false, Reason.Denied, Gate.DeniedActor), Answer(_everything, new("User;1"), new("User;9")));

    [Fact]
    public void Without_actors_nothing_is_denied()
    {
        Assert.Equal((true, Reason.Opened, Gate.Boolean), Answer(_everything));
        Assert.True(Given.Snapshot(Given.Feature("search", _everything)).IsEnabled("search", Given.Context));
    }

    [Fact]
    public void Nothing_set_is_off_and_nothing_open_is_no_match()
    {
        Assert.Equal((false, Reason.Off, null), Answer(Gates.Empty, new Actor("User;1")));
        Assert.Equal((false, Reason.Off, null), Answer(new Gates { DeniedActors = ["a"], PercentageOfActors = default(Percentage) }, new Actor("User;1")));
        Assert.Equal((false, Reason.Denied, Gate.DeniedActor), Answer(new Gates { DeniedActors = ["a"] }, new Actor("a")));
        Assert.Equal((false, Reason.NoMatch, null), Answer(new Gates { Actors = ["User;2"] }, new Actor("User;1")));
    }

    [Fact]
    public void First_open_gate_in_order_is_the_reason()
    {
        var all = _everything with
        {
            DeniedActors = [],
            Expression = Expression.FromStored("""{"Boolean":[true]}"""),
            PercentageOfActors = Percentage.FromStored("100"),
            Groups = ["staff"],
        };
        var actor = new Actor("User;1", null, ["staff"]);
        Assert.Equal((true, Reason.Opened, Gate.Boolean), Answer(all, actor));
        Assert.Equal((true, Reason.Opened, Gate.Expression), Answer(all = all with { Boolean = false }, actor));
        Assert.Equal((true, Reason.Opened, Gate.Actor), Answer(all = all with { Expression = null }, actor));
        Assert.Equal((true, Reason.Opened, Gate.PercentageOfActors), Answer(all = all with { Actors = [] }, actor));
        Assert.Equal((true, Reason.Opened, Gate.PercentageOfTime), Answer(all = all with { PercentageOfActors = null }, actor));
        Assert.Equal((true, Reason.Opened, Gate.Group), Answer(all with { PercentageOfTime = null }, actor));
    }

    [Fact]
    public void Actor_without_an_id_is_in_no_list_and_no_share()
    {
        var gates = new Gates { Actors = [""], PercentageOfActors = Percentage.FromStored("100"), DeniedActors = [""] };
        Assert.Equal((false, Reason.NoMatch, null), Answer(gates, new Actor(null)));
        Assert.Equal((true, Reason.Opened, Gate.Actor), Answer(gates with { DeniedActors = [] }, new Actor("")));
        Assert.Equal((true, Reason.Opened, Gate.PercentageOfActors), Answer(gates with { DeniedActors = [] }, new Actor(null), new Actor("x")));
    }

    [Theory]
    [InlineData("100", 0.99999, true)]
    [InlineData("25", 0.25, false)]
    [InlineData("25", 0.24999, true)]
    [InlineData("0.0", 0.0, false)]
    [InlineData("-0.0", 0.0, false)]
    public void Draw_below_the_percentage_of_time_opens(string percentage, double draw, bool expected)
    {
        var snapshot = Given.Snapshot(Given.Feature("search", new Gates { PercentageOfTime = Percentage.FromStored(percentage) }));
        Assert.Equal(expected, snapshot.IsEnabled("search", Given.Drawing(draw)));
        Assert.Equal(expected, snapshot.IsEnabled("search", "User;1", Given.Drawing(draw)));
        Assert.Equal(expected, snapshot.Evaluate("search", [], Given.Drawing(draw)).Enabled);
    }

    [Fact]
    public void Answer_has_the_version_of_the_feature() =>
        Assert.Equal(42, Given.Snapshot(Given.Feature("search", Gates.Empty, version: 42)).Evaluate("search", [], Given.Context).Version);

    private static (bool, Reason, Gate?) Answer(Gates gates, params Actor[] actors)
    {
        var snapshot = Given.Snapshot(Given.Feature("search", gates));
        var answer = snapshot.Evaluate("search", actors, Given.Context);
        Assert.Equal(answer, snapshot.Evaluate(snapshot.Find("search")!, actors, Given.Context));
        if (actors is [{ Id: { } id, Groups: null, Properties: null }])
            Assert.Equal(answer.Enabled, snapshot.IsEnabled("search", id, Given.Context));
        return (answer.Enabled, answer.Reason, answer.Gate);
    }

    private static List<(bool, Reason, Gate?)> Answers(Gates gates, bool held, params Actor[] actors)
    {
        var snapshot = Given.Snapshot(Given.Feature("search", gates, held));
        return [.. actors.Select(actor => snapshot.Evaluate("search", [actor], Given.Context)).Select(answer => (answer.Enabled, answer.Reason, answer.Gate))];
    }
}
