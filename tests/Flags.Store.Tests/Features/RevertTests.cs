using Flags.Core;

namespace Flags.Store.Tests;

public sealed class RevertTests
{
    [Fact]
    public async Task Revert_gives_back_exactly_what_was_for_random_writes()
    {
        await using Store store = await Store.OpenAsync();
        await store.CreateAsync("f");
        var random = new Random(20261121);
        var seen = new List<Feature> { await store.GetAsync("f") };
        for (int i = 0; i < 60; i++)
        {
            Written written = Assert.IsType<Written>(await store.Features.PutGatesAsync(Store.Anna, "f", RandomGates(random), WriteOptions.None, CancellationToken.None));
            if (written.Change is not null)
                seen.Add(written.Stored.Feature);
        }

        foreach (Feature then in seen.OrderBy(_ => random.Next()))
        {
            Written back = Assert.IsType<Written>(await store.Features.RevertAsync(Store.Anna, "f", then.Version, WriteOptions.None, CancellationToken.None));
            Assert.Equal(then.Gates, back.Stored.Feature.Gates);
            Assert.Equal(then.Gates.Expression?.Json, (await store.GetAsync("f")).Gates.Expression?.Json);
            Assert.Equal(then.Gates.PercentageOfActors?.Text, (await store.GetAsync("f")).Gates.PercentageOfActors?.Text);
        }
    }

    [Fact]
    public void A_difference_and_its_undo_are_inverse()
    {
        var random = new Random(7);
        for (int i = 0; i < 500; i++)
        {
            FeatureContent before = RandomContent(random), after = RandomContent(random);
            FeatureChange? change = FeatureDifference.Between(before, after);
            if (change is null)
                Assert.Equal(before, after);
            else
                Assert.Null(FeatureDifference.Between(before, FeatureDifference.Undo(after, change)));
        }
    }

    [Fact]
    public async Task A_version_the_feature_never_had_is_refused()
    {
        await using Store store = await Store.OpenAsync();
        StoredFeature feature = await store.CreateAsync("f");
        await store.CreateAsync("other");
        Refused refused = Assert.IsType<Refused>(await store.Features.RevertAsync(Store.Anna, "f", feature.Feature.Version + 1, WriteOptions.None, CancellationToken.None));
        Assert.Equal("urn:flags:problem:no-such-version", refused.Problem.Type);
    }

    private static FeatureContent RandomContent(Random random) => random.Next(8) == 0 ? FeatureContent.Missing : new FeatureContent
    {
        Exists = true,
        Description = $"d{random.Next(3)}",
        Tags = Utf8Order.Normalize(Some(random, "t")),
        Owner = random.Next(2) == 0 ? null : $"o{random.Next(3)}",
        Limit = random.Next(2) == 0 ? null : random.Next(1, 4),
        Protected = random.Next(2) == 0,
        Gates = FeatureEdits.Normalize(RandomGates(random)),
    };

    private static Gates RandomGates(Random random) => new()
    {
        Boolean = random.Next(3) == 0,
        Actors = Some(random, "User;"),
        Groups = Some(random, "g"),
        DeniedActors = Some(random, "Denied;"),
        DeniedGroups = Some(random, "😀"),
        PercentageOfActors = random.Next(2) == 0 ? null : Percentage.FromStored(random.Next(2) == 0 ? "10" : "10.0"),
        PercentageOfTime = random.Next(2) == 0 ? null : Percentage.FromStored($"{random.Next(100)}.5"),
        Expression = random.Next(2) == 0 ? null : Expression.FromStored($$"""{"Equal":[{"Property":["n"]},{{random.Next(3)}}.0]}"""),
    };

    private static string[] Some(Random random, string stem) => [.. Enumerable.Range(0, 6).Where(_ => random.Next(2) == 0).Select(i => $"{stem}{i}")];
}
