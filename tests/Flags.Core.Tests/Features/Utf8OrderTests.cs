using System.Text;
using FsCheck.Fluent;

namespace Flags.Core.Tests;

public sealed class Utf8OrderTests
{
    [Fact]
    public void Order_is_that_of_the_UTF8_bytes() =>
        Texts.HoldForAll(Texts.Any.Two(), pair => Math.Sign(Utf8Order.Instance.Compare(pair.Item1, pair.Item2)) == OfBytes(pair.Item1, pair.Item2), 5000);

    [Fact]
    public void Order_after_a_common_beginning_is_that_of_the_UTF8_bytes() =>
        Texts.HoldForAll(Texts.Any.Three(), three =>
            Math.Sign(Utf8Order.Instance.Compare(three.Item1 + three.Item2, three.Item1 + three.Item3))
            == OfBytes(three.Item1 + three.Item2, three.Item1 + three.Item3));

    [Fact]
    public void Characters_beyond_the_basic_plane_come_after_the_private_ones()
    {
        Assert.True(Utf8Order.Instance.Compare("\uFF5E", "😀") < 0);
        Assert.True(string.CompareOrdinal("\uFF5E", "😀") > 0);
    }

    [Fact]
    public void Halves_of_the_same_pair_are_compared_by_the_other_half() =>
        Assert.True(Utf8Order.Instance.Compare("😀", "😁") < 0);

    [Fact]
    public void Null_comes_first()
    {
        Assert.True(Utf8Order.Instance.Compare(null, "") < 0);
        Assert.True(Utf8Order.Instance.Compare("", null) > 0);
        Assert.Equal(0, Utf8Order.Instance.Compare(null, null));
    }

    [Fact]
    public void Normalised_lists_are_sorted_and_have_each_member_once() =>
        Texts.HoldForAll(Texts.Any.ArrayOf(), values =>
        {
            var expected = values.Distinct(StringComparer.Ordinal).OrderBy(value => value, Comparer<string>.Create(OfBytes));
            return expected.SequenceEqual(Utf8Order.Normalize(values))
                && expected.SequenceEqual(Utf8Order.Normalize(Utf8Order.Normalize(values.Concat(values))));
        });

    [Fact]
    public void Normalised_list_is_not_the_array_that_was_given()
    {
        var given = new[] { "a", "b" };
        var list = Utf8Order.Normalize(given);
        given[0] = "z";

        Assert.Equal(["a", "b"], list);
    }

    [Fact]
    public void Nulls_are_left_out()
    {
        Assert.Equal(["a"], Utf8Order.Normalize([null!, "a", null!]));
        Assert.Empty(Utf8Order.Normalize(null));
    }

    private static int OfBytes(string a, string b) => Math.Sign(Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b)));
}
