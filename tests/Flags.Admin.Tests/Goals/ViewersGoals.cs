using System.Diagnostics;
using System.Net.Http.Headers;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>Many people look at once.</summary>
[Collection(Alone.Name)]
public sealed class ViewersGoals
{
    private const double Megabyte = 1024 * 1024;

    [Fact]
    public async Task Many_viewers_cost_little_and_see_a_change_soon_while_checks_stay_fast()
    {
        int count = Goal.Count(50, 500);
        await using TestServer home = await ServerSteps.StartAsync();
        await using ServerProcess server = ServerProcess.Start(home.ConnectionString);
        await server.ReadyAsync();
        using Viewers viewers = await Viewers.ComeAsync(home, server.Address, count);
        using var rest = new HttpClient { BaseAddress = server.Address };
        rest.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", TestServer.AdminKey);
        // What a server has in memory anyway, once it works.
        for (int i = 0; i < 200; i++)
            await CheckAsync(rest);
        long before = server.Memory;
        await viewers.OpenAsync(count);
        double more = (server.Memory - before) / Megabyte;

        using var ends = new CancellationTokenSource();
        Task<List<double>> checks = CheckUntilAsync(rest, ends.Token);
        Task seen = viewers.SeeAsync("/admin/features", "turned_meanwhile");
        var watch = Stopwatch.StartNew();
        await home.CreateAsync("turned_meanwhile");
        await seen;
        double all = watch.Elapsed.TotalMilliseconds;
        await ends.CancelAsync();
        List<double> times = await checks;
        Goal.Record(9, $"{count} viewers: memory", $"{more:0} MB more", "<= 32 MB", more <= 32);
        Assert.True(more <= 320, $"{more:0} MB for {count} viewers");
        Goal.Time(9, $"{count} viewers: one change on all pages", all, 3_000);
        Goal.Times(9, $"{count} viewers: checks meanwhile", times, 50, 0.99);
    }

    private static async Task<List<double>> CheckUntilAsync(HttpClient client, CancellationToken ends)
    {
        var times = new List<double>();
        while (!ends.IsCancellationRequested || times.Count < 200)
        {
            long start = Stopwatch.GetTimestamp();
            await CheckAsync(client);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            if (!ends.IsCancellationRequested)
                await Task.Delay(2, CancellationToken.None);
        }

        return times;
    }

    private static async Task CheckAsync(HttpClient client)
    {
        using HttpResponseMessage answer = await client.GetAsync("/api/v1/features/jobs_processing/check");
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
    }
}
