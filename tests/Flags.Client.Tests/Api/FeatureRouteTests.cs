using Flags.Core;

namespace Flags.Client.Tests;

public sealed class FeatureRouteTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IFlagsApi Api => server.Api;

    [Fact]
    public async Task A_created_feature_can_be_read_and_listed()
    {
        Feature created = await Api.CreateFeatureAsync(
            new CreateFeature { Name = "routes_create", Description = "For a test", Tags = ["b", "a"], Owner = "ops", Limit = 3, Protected = true, Enabled = true }, null, Cancellation);
        Feature read = await Api.GetFeatureAsync("routes_create", Cancellation);
        FeatureList list = await Api.ListFeaturesAsync(new FeatureQuery { Search = "ROUTES_create", Tag = "a", State = "on" }, Cancellation);

        Assert.Equal(FeatureState.On, created.State);
        Assert.Equal(["a", "b"], read.Tags);
        Assert.Equal(("For a test", "ops", 3, true), (read.Description, read.Owner, read.Limit, read.Protected));
        Assert.Equal("routes_create", Assert.Single(list.Features).Name);
        Assert.Equal(1, list.Total);
    }

    [Fact]
    public async Task Pages_follow_each_other_by_their_cursor()
    {
        foreach (string name in (string[])["routes_page_1", "routes_page_2", "routes_page_3"])
            await Api.CreateFeatureAsync(new CreateFeature { Name = name, Tags = ["paged"] }, null, Cancellation);

        FeatureList first = await Api.ListFeaturesAsync(new FeatureQuery { Tag = "paged", Limit = 2 }, Cancellation);
        FeatureList second = await Api.ListFeaturesAsync(new FeatureQuery { Tag = "paged", Limit = 2, Cursor = first.NextCursor }, Cancellation);

        Assert.Equal(["routes_page_1", "routes_page_2", "routes_page_3"], [.. first.Features.Select(f => f.Name), .. second.Features.Select(f => f.Name)]);
        Assert.Null(second.NextCursor);
    }

    [Fact]
    public async Task A_patch_sets_what_it_has_clears_nulls_and_leaves_the_rest()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "routes_patch", Description = "stays", Owner = "goes", Limit = 5 }, null, Cancellation);
        var expires = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

        Feature patched = await Api.PatchFeatureAsync("routes_patch", new FeaturePatch { Owner = null, Limit = 7, ExpiresAt = expires, Tags = new((string[])["x"]) }, null, Cancellation);

        Assert.Equal("stays", patched.Description);
        Assert.Null(patched.Owner);
        Assert.Equal(7, patched.Limit);
        Assert.Equal(expires, patched.ExpiresAt);
        Assert.Equal(["x"], patched.Tags);
    }

    [Fact]
    public async Task Enable_and_disable_turn_a_feature_on_and_off_and_keep_the_reason()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "routes_switch" }, null, Cancellation);

        Feature on = await Api.EnableFeatureAsync("routes_switch", new WriteOptions { Reason = "Größe, 50 % & \"🚀\"" }, Cancellation);
        Feature off = await Api.DisableFeatureAsync("routes_switch", null, Cancellation);
        HistoryList history = await Api.GetHistoryAsync("routes_switch", new Page { Limit = 2 }, Cancellation);

        Assert.Equal((FeatureState.On, FeatureState.Off), (on.State, off.State));
        Assert.Equal(["disable", "enable"], history.History.Select(h => h.Action));
        Assert.Equal("Größe, 50 % & \"🚀\"", history.History[1].Reason);
        Assert.NotNull(history.NextCursor);
        HistoryList older = await Api.GetHistoryAsync("routes_switch", new Page { Cursor = history.NextCursor }, Cancellation);
        Assert.Equal("create", Assert.Single(older.History).Action);
    }

    [Fact]
    public async Task Gates_are_patched_one_by_one_and_put_as_a_whole()
    {
        await Api.CreateFeatureAsync(new CreateFeature { Name = "routes_gates" }, null, Cancellation);
        Assert.True(Expression.TryParse("""{"Equal":[{"Property":["plan"]},"pro"]}""", ExpressionRules.Strict, out Expression? expression, out string? error), error);
        Assert.True(Percentage.TryParse("12.5", out Percentage some));

        Feature patched = await Api.PatchGatesAsync("routes_gates",
            new GatesPatch { Actors = new SetPatch { Add = ["User;1", "User;2"] }, PercentageOfActors = some, Expression = expression, DeniedGroups = new SetPatch { Add = ["guests"] } }, null, Cancellation);
        Feature unset = await Api.PatchGatesAsync("routes_gates", new GatesPatch { Actors = new SetPatch { Remove = ["User;2"] }, Expression = null }, null, Cancellation);
        Feature put = await Api.PutGatesAsync("routes_gates", new Gates { Groups = ["admins"] }, null, Cancellation);

        Assert.Equal(expression, patched.Gates.Expression);
        Assert.Equal(["User;1", "User;2"], patched.Gates.Actors);
        Assert.Equal("12.5", patched.Gates.PercentageOfActors?.Text);
        Assert.Null(unset.Gates.Expression);
        Assert.Equal(["User;1"], unset.Gates.Actors);
        Assert.Equal(new Gates { Groups = ["admins"] }, put.Gates);
    }

    [Fact]
    public async Task A_deleted_feature_comes_back_by_revert()
    {
        Feature created = await Api.CreateFeatureAsync(new CreateFeature { Name = "routes_delete", Enabled = true }, null, Cancellation);

        await Api.DeleteFeatureAsync("routes_delete", new WriteOptions { Reason = "gone" }, Cancellation);
        var missing = await Assert.ThrowsAsync<FlagsProblemException>(() => Api.GetFeatureAsync("routes_delete", Cancellation));
        Feature back = await Api.RevertFeatureAsync("routes_delete", new RevertFeature(created.Version), null, Cancellation);

        Assert.Equal(404, missing.Problem.Status);
        Assert.Equal(FeatureState.On, back.State);
        Assert.True(back.Version > created.Version);
    }
}
