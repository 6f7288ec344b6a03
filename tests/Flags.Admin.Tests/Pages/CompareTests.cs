using System.Net;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin.Tests;

public sealed class CompareTests(AdminServer admin)
{
    [Fact]
    public async Task Two_versions_stand_side_by_side_and_either_can_be_brought_back()
    {
        Feature first = await admin.Server.CreateAsync("compare_two", new Gates { Actors = ["User;1", "User;2"] });
        Assert.True(Percentage.TryFromNumber("25", out Percentage quarter));
        await admin.Server.Store.PatchGatesAsync(ServerSteps.Key, "compare_two", new GatesPatch { PercentageOfActors = quarter, Actors = new SetPatch { Add = ["User;3"] } }, WriteOptions.None, CancellationToken.None);
        await admin.Server.Store.EnableAsync(ServerSteps.Key, "compare_two", WriteOptions.None, CancellationToken.None);
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/features/compare_two");
        string link = page.Document.QuerySelectorAll(".history a").Select(a => a.GetAttribute("href")!).First(h => h.Contains($"from={first.Version}", StringComparison.Ordinal));
        PageAnswer compared = await client.GetAsync(link);
        Assert.Equal(["On for everyone differs", "Actors differs", "% of actors"], compared.Document.QuerySelectorAll(".compare tbody tr").Select(r => string.Join(' ', r.QuerySelector("th")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).Where(w => w.EndsWith("differs", StringComparison.Ordinal) || w == "% of actors"));
        Assert.Contains("User;1, User;2", compared.Words(".compare .differs:nth-child(2) del"), StringComparison.Ordinal);
        PageAnswer back = await client.SubmitAsync(compared.FormOf($"#revert-{first.Version}"), $"revert-{first.Version}");
        Assert.Equal(HttpStatusCode.OK, back.Status);
        Gates gates = await admin.Server.GatesAsync("compare_two");
        Assert.Equal(["User;1", "User;2"], gates.Actors);
        Assert.False(gates.Boolean);
    }

    [Theory]
    [InlineData("name=compare_none&from=1&to=2", "There is no feature “compare_none”")]
    [InlineData("name=jobs_processing&from=999999&to=1", "never had version 999999")]
    [InlineData("name=jobs_processing&from=x&to=%3Cb%3E", "never had version x or version <b>")]
    [InlineData("", "There is no feature “”")]
    public async Task What_cannot_be_compared_is_said(string query, string expected)
    {
        using PageClient client = await admin.SignInAsync("vera");
        Assert.Contains(expected, (await client.GetAsync("/admin/compare?" + query)).Main, StringComparison.Ordinal);
    }
}
