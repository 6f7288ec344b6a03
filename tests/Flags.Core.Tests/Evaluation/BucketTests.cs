using System.Text;
using FsCheck.Fluent;

namespace Flags.Core.Tests;

public sealed class BucketTests
{
    [Fact]
    public void Several_ids_are_sorted_by_bytes_and_joined() =>
        Texts.HoldForAll(Texts.Any.ArrayOf(), ids =>
        {
            var joined = string.Concat(ids.OrderBy(Encoding.UTF8.GetBytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))));
            var actors = ids.Select(id => new Actor(id)).ToArray();
            return new Bucket("search").Of(new Subjects(actors)) == (ids.Length == 0 ? null : new Bucket("search").Of(joined));
        });

    [Fact]
    public void A_hundred_ids_in_any_order_have_one_bucket()
    {
        var actors = Enumerable.Range(0, 100).Select(i => new Actor($"User;{i}")).ToArray();
        var bucket = new Bucket("search").Of(new Subjects(actors));
        Array.Reverse(actors);

        Assert.Equal(bucket, new Bucket("search").Of(new Subjects(actors)));
    }

    [Fact]
    public void Actors_without_an_id_are_left_out()
    {
        Assert.Equal(new Bucket("search").Of("User;1"), new Bucket("search").Of(new Subjects([new(null), new("User;1")])));
        Assert.Null(new Bucket("search").Of(new Subjects([new(null), new(null)])));
        Assert.Null(new Bucket("search").Of(default(Subjects)));
    }

    [Fact]
    public void Product_of_doubles_decides_for_every_percentage_with_three_decimals()
    {
        var above = 0;
        for (var thousandths = 1; thousandths < 100_000; thousandths++)
        {
            var percentage = thousandths / 1000.0;
            var feature = Given.Feature("search", new Gates { PercentageOfActors = Percentage.FromStored(NumberText.FromDouble(percentage)) });
            Assert.Equal(thousandths < percentage * 1000, thousandths < feature.BucketLimit);
            Assert.Equal(thousandths - 1 < percentage * 1000, thousandths - 1 < feature.BucketLimit);
            above += thousandths < feature.BucketLimit ? 1 : 0;
        }
        Assert.Equal(VectorFile.Root.GetProperty("meta").GetProperty("percentages_whose_double_product_is_above_the_integer").GetInt32(), above);
    }
}
