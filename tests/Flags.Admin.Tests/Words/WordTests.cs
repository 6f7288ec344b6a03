using System.Globalization;

namespace Flags.Admin.Tests;

public sealed class WordTests
{
    [Theory]
    [InlineData("a", "a")]
    [InlineData(" a , b\r\nc\td ", "a|b|c|d")]
    [InlineData("\"a,b\",c", "a,b|c")]
    [InlineData("\"say \"\"hi\"\"\"", "say \"hi\"")]
    [InlineData("User;1", "User;1")]
    [InlineData(",,\n", "")]
    [InlineData("5\" disk", "5\" disk")]
    public void Members_are_read_as_people_paste_them(string text, string members) => Assert.Equal(members, string.Join('|', MemberText.Read(text)));

    [Theory]
    [InlineData(0, "just now")]
    [InlineData(59, "59 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(7_200, "2 h ago")]
    [InlineData(200_000, "2 d ago")]
    [InlineData(-3, "just now")]
    public void Times_are_told_in_words(int seconds, string words) => Assert.Equal(words, Ago.Words(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData("2026-11-21T23:59:59Z", "23:59:59 UTC")]
    [InlineData("2026-11-21T00:00:00Z", "00:00:00 UTC")]
    [InlineData("2026-11-22T00:59:00+01:00", "23:59:00 UTC")]
    [InlineData("2026-11-22T00:00:00Z", "2026-11-22 00:00:00 UTC")]
    [InlineData("2025-11-21T12:00:00Z", "2025-11-21 12:00:00 UTC")]
    public void A_time_of_another_day_has_its_date(string at, string words) =>
        Assert.Equal(words, Clock.Utc(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), new DateTimeOffset(2026, 11, 21, 23, 30, 0, TimeSpan.Zero)));

    /// <summary>Asked at 10 s, answered at 14 s by this clock.</summary>
    [Theory]
    [InlineData(10, 0)]
    [InlineData(12.7, 0)]
    [InlineData(14.4, 0)]
    [InlineData(3_614, 3_600)]
    [InlineData(5, -5)]
    public void A_slow_answer_is_no_other_clock(double said, int ahead)
    {
        DateTimeOffset start = DateTimeOffset.UnixEpoch;
        Assert.Equal(TimeSpan.FromSeconds(ahead), Skew.Of(start.AddSeconds(10), start.AddSeconds(said), start.AddSeconds(14)));
    }

    [Theory]
    [InlineData("search", "/admin/features/search")]
    [InlineData("a.b~c-d_1", "/admin/features/a.b~c-d_1")]
    [InlineData("new", "/admin/features/new")]
    [InlineData("..", "/admin/feature?name=..")]
    [InlineData("a/b", "/admin/feature?name=a%2Fb")]
    [InlineData("ü", "/admin/feature?name=%C3%BC")]
    public void A_name_has_one_address(string name, string address) => Assert.Equal(address, LocalPath.OfFeature(name));

    [Fact]
    public void An_address_keeps_its_query_and_fragment()
    {
        Assert.Equal("/admin/features?search=a%26b&done=7#gates", LocalPath.With("/admin/features?search=a%26b&done=5#gates", ("done", "7")));
        Assert.Equal("/admin/features", LocalPath.With("/admin/features?done=5", ("done", null)));
    }

    [Fact]
    public void Properties_are_texts_unless_they_are_JSON()
    {
        var read = PropertyText.Read("plan=free; age=30; on=true; groups=[\"a\"]; quoted=\"30\"; bare");
        Assert.Equal("""free 30 True ["a"] 30 True""", string.Join(' ', read.Values));
    }

    [Fact]
    public void Similar_names_are_offered_and_others_not() =>
        Assert.Equal(["search", "search_v2"], SimilarNames.Of(["search", "payments", "search_v2", "sea"], "search"));
}
