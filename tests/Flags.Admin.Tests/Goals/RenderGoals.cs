using System.Diagnostics;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>How long the server takes to render, with much in the database.</summary>
[Collection(Alone.Name)]
public sealed class RenderGoals
{
    private static readonly (string Name, string Path, double Limit)[] Pages =
    [
        ("list", "/admin/features", 25), ("feature", "/admin/features/feature_00001", 20), ("deploys", "/admin/deploys", 10), ("audit", "/admin/audit", 25), ("1 000 workers", "/admin/workers", 25),
    ];

    [Fact]
    public async Task Pages_are_rendered_fast_however_much_there_is()
    {
        int features = Goal.Count(500, 5_000), leases = Goal.Count(20, 200), rows = Goal.Count(1_000, 100_000), rounds = Goal.Count(40, 200);
        await using TestServer server = await ServerSteps.StartAsync();
        await server.AddPersonAsync("anna", "admin");
        await FillAsync(server, features, leases, rows);
        using PageClient client = await server.SignInAsync();
        Assert.Contains($"Inside {leases}", (await client.GetAsync("/admin/deploys")).Main, StringComparison.Ordinal);
        await WorkerPageTests.AddThousandAsync(server);
        List<double>[] times = [.. Pages.Select(_ => new List<double>())];
        // In turn, so that no pause of the machine is all of one page; the first rounds warm up.
        for (int round = -(rounds / 4); round < rounds; round++)
        {
            foreach ((int index, (_, string path, _)) in Pages.Index())
            {
                double took = await RenderAsync(client, path);
                if (round >= 0)
                    times[index].Add(took);
            }
        }

        foreach ((int index, (string name, _, double limit)) in Pages.Index())
            Goal.Times(4, $"{name}: {features} features, {leases} leases, {rows} rows", times[index], limit);
    }

    private static async Task<double> RenderAsync(PageClient client, string path)
    {
        long start = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await client.Http.GetAsync(path);
        double took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
        return took;
    }

    private static async Task FillAsync(TestServer server, int features, int leases, int rows)
    {
        await WeightTests.ImportAsync(server, features);
        await Task.WhenAll(Enumerable.Range(0, leases).Select(n => server.EnterAsync("feature_00000", $"Job{n}", $"worker-{n % 10}")));
        await server.HoldAsync(["feature_00000"]);
        await server.SqlAsync<int>($$$"""
            with rows as (insert into flags.audit (at, caller_id, caller_name, caller_kind, what, feature_id, target, version, change)
              select clock_timestamp() - n * interval '1 s', 'ci-2', 'ci-2', 'key', 'feature.gates', f.id, f.name, 1000000 + n, '{"actors":{"added":["User;1"],"removed":[]}}'
              from generate_series(1, {{{rows}}}) n join flags.features f on f.name = 'feature_' || lpad((n % {{{features}}})::text, 5, '0') returning 1)
            select count(*)::int from rows
            """);
    }
}
