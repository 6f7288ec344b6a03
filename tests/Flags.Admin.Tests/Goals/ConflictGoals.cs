using System.Net;
using System.Net.Http.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Admin.Tests;

/// <summary>Two who write from the same version: one wins, the other is told who, when and what.</summary>
public sealed class ConflictGoals(AdminServer admin)
{
    [Fact]
    public async Task Of_two_stale_pages_exactly_one_wins_and_the_other_is_told()
    {
        int rounds = Goal.Count(10, 100), good = 0;
        using PageClient anna = await admin.SignInAsync(), sam = await admin.SignInAsync("sam");
        for (int round = 0; round < rounds; round++)
        {
            string name = $"conflict_pages_{round}";
            await admin.Server.CreateAsync(name);
            PageAnswer hers = await anna.GetAsync("/admin/features/" + name), his = await sam.GetAsync("/admin/features/" + name);
            PageAnswer[] answers = await Task.WhenAll(Set(anna, hers, "10"), Set(sam, his, "20"));
            string? now = (await admin.Server.GatesAsync(name)).PercentageOfActors?.Text;
            int winner = answers[0].Redirected is null ? 1 : 0;
            PageAnswer loser = answers[1 - winner];
            Assert.NotNull(answers[winner].Redirected);
            Assert.Equal((winner == 0 ? "10" : "20", HttpStatusCode.Conflict), (now, loser.Status));
            Assert.Matches($@"{(winner == 0 ? "anna" : "sam")} changed it (just now|\d+ s ago): % of actors none → {now}\b", loser.Main);
            good++;
        }

        Goal.Record(14, "two stale pages: one wins, the other is told", $"{good} of {rounds} rounds", "all", good == rounds);
    }

    [Fact]
    public async Task Of_a_stale_page_and_a_stale_caller_exactly_one_wins_and_the_other_is_told()
    {
        int rounds = Goal.Count(10, 100), good = 0;
        using PageClient anna = await admin.SignInAsync();
        using HttpClient rest = await admin.Server.ClientAsync("read write");
        for (int round = 0; round < rounds; round++)
        {
            string name = $"conflict_rest_{round}", path = "/api/v1/features/" + name;
            await admin.Server.CreateAsync(name);
            PageAnswer hers = await anna.GetAsync("/admin/features/" + name);
            using HttpResponseMessage read = await rest.GetAsync(path);
            using var request = new HttpRequestMessage(HttpMethod.Patch, path + "/gates") { Content = JsonContent.Create(new { percentageOfActors = 20 }) };
            request.Headers.TryAddWithoutValidation("If-Match", read.Headers.ETag!.ToString());
            Task<PageAnswer> page = Set(anna, hers, "10");
            using HttpResponseMessage other = await rest.SendAsync(request);
            PageAnswer own = await page;
            bool isOnPage = own.Redirected is not null;
            Assert.Equal(isOnPage ? HttpStatusCode.PreconditionFailed : HttpStatusCode.OK, other.StatusCode);
            Assert.Equal(isOnPage ? "10" : "20", (await admin.Server.GatesAsync(name)).PercentageOfActors?.Text);
            if (isOnPage)
                await ToldAsync(other);
            else
                Assert.Matches(@"test read write changed it (just now|\d+ s ago): % of actors none → 20", own.Main);
            good++;
        }

        Goal.Record(14, "a stale page and a stale REST call", $"{good} of {rounds} rounds", "all", good == rounds);
    }

    [Fact]
    public async Task Actors_that_are_added_at_the_same_time_are_all_there()
    {
        int count = Goal.Count(20, 100);
        await admin.Server.CreateAsync("conflict_adds");
        using PageClient anna = await admin.SignInAsync(), sam = await admin.SignInAsync("sam");
        PageAnswer[] pages = [await anna.GetAsync("/admin/features/conflict_adds"), await sam.GetAsync("/admin/features/conflict_adds")];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (n, _) =>
        {
            if (n % 3 == 2)
                Assert.IsType<Written>(await admin.Server.Store.PatchGatesAsync(ServerSteps.Key, "conflict_adds", new GatesPatch { Actors = new SetPatch { Add = [$"User;{n}"] } }, WriteOptions.None, CancellationToken.None));
            else
                Assert.NotNull((await (n % 3 == 0 ? anna : sam).SubmitAsync(pages[n % 3].FormOf("#i-actors"), null, ("add", $"User;{n}"))).Redirected);
        });
        Assert.Equal(Enumerable.Range(0, count).Select(n => $"User;{n}").Order(StringComparer.Ordinal), (await admin.Server.GatesAsync("conflict_adds")).Actors.Order(StringComparer.Ordinal));
        Goal.Record(14, "actors added at the same time by three", $"0 of {count} lost", "0 lost", true);
    }

    private static Task<PageAnswer> Set(PageClient client, PageAnswer page, string value) => client.SubmitAsync(page.FormOf("#i-percentage-actors"), null, ("value", value));

    private static async Task ToldAsync(HttpResponseMessage refused)
    {
        Problem problem = (await refused.Content.ReadFromJsonAsync(FlagsJson.Default.Problem))!;
        Assert.Equal("anna", problem.ChangedBy);
        Assert.NotNull(problem.ChangedAt);
        Assert.NotNull(problem.CurrentVersion);
        Assert.StartsWith("Not changed: anna changed", problem.Detail, StringComparison.Ordinal);
    }
}
