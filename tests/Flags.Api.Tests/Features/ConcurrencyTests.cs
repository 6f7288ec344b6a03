using System.Net;
using System.Text.Json;
using Flags.Core;
using Flags.Store;

namespace Flags.Api.Tests;

public sealed class ConcurrencyTests(Api api)
{
    private const int Clients = 20, Rounds = 6;

    [Fact]
    public async Task Twenty_clients_write_all_gates_of_one_feature_and_nothing_is_lost()
    {
        Feature created = await api.CreateAsync();
        string path = $"/api/v1/features/{created.Name}";
        var answered = new System.Collections.Concurrent.ConcurrentBag<Feature>();
        await Parallel.ForAsync(0, Clients, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (client, _) =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Patch, $"{path}/gates", Patch(client, round));
                Assert.True(status == HttpStatusCode.OK, body);
                answered.Add(JsonSerializer.Deserialize(body, FlagsJson.Default.Feature)!);
            }
        });
        Feature final = await api.GetAsync(created.Name);
        string[] all = [.. Enumerable.Range(0, Clients).SelectMany(c => Enumerable.Range(0, Rounds).Select(r => $"{c}.{r}")).Order(Utf8Order.Instance)];
        Assert.Equal(all, final.Gates.Actors);
        Assert.Equal(all.Where(a => int.Parse(a.Split('.')[0]) < 10), final.Gates.DeniedActors);
        IReadOnlyList<HistoryEntry> history = (await api.HistoryAsync(created.Name)).History;
        Assert.Equal(answered.Select(f => f.Version).Append(created.Version).Order(), history.Select(h => h.Version).Reverse());
        Assert.Equal(history.Count, history.Select(h => h.Version).Distinct().Count());
        Assert.Equal(history.Select(h => h.AuditId), await AuditIdsAsync(created.Name, history.Count));
        foreach (Feature at in answered)
            Assert.Equal(at.Gates, Replay(history.Where(h => h.Version <= at.Version)));
        Assert.Equal(final.Gates, Replay(history));
    }

    /// <summary>Each adds its own member and sets the shared values: only a lost update could drop a member.</summary>
    private static string Patch(int client, int round) =>
        $$"""{"actors":{"add":["{{client}}.{{round}}"] },{{Lists(client, round)}},"percentageOfActors":{{client}},"percentageOfTime":{{round}}.5,"expression":{"Equal":[{"Property":["p"]},{{client * 100 + round}}] } }""";

    private static string Lists(int client, int round) => client < 10 ? $$"""  "deniedActors":{"add":["{{client}}.{{round}}"] }  """ : $$"""  "groups":{"add":["g{{client}}"],"remove":["g{{client - 1}}"] }  """;

    private static Gates Replay(IEnumerable<HistoryEntry> newestFirst)
    {
        FeatureContent content = FeatureContent.Missing;
        foreach (HistoryEntry entry in newestFirst.Reverse())
        {
            FeatureChange change = entry.Change;
            Gates g = content.Gates;
            content = content with
            {
                Gates = g with
                {
                    Boolean = change.Boolean?.After ?? g.Boolean,
                    Actors = Apply(g.Actors, change.Actors),
                    Groups = Apply(g.Groups, change.Groups),
                    DeniedActors = Apply(g.DeniedActors, change.DeniedActors),
                    DeniedGroups = Apply(g.DeniedGroups, change.DeniedGroups),
                    PercentageOfActors = change.PercentageOfActors is { } actors ? actors.After : g.PercentageOfActors,
                    PercentageOfTime = change.PercentageOfTime is { } time ? time.After : g.PercentageOfTime,
                    Expression = change.Expression is { } expression ? expression.After : g.Expression,
                },
            };
        }

        return content.Gates;
    }

    private static IReadOnlyList<string> Apply(IReadOnlyList<string> set, SetDifference? change)
    {
        if (change is null)
            return set;
        Assert.DoesNotContain(change.Added, set.Contains);
        Assert.All(change.Removed, removed => Assert.Contains(removed, set));
        return Utf8Order.Normalize(set.Except(change.Removed).Concat(change.Added));
    }

    private async Task<List<long>> AuditIdsAsync(string name, int count)
    {
        var ids = new List<long>();
        for (string? cursor = ""; cursor is not null;)
        {
            (_, string body) = await api.SendAsync(HttpMethod.Get, $"/api/v1/audit?feature={name}&limit=50{(cursor.Length > 0 ? "&cursor=" + cursor : "")}");
            AuditList page = JsonSerializer.Deserialize(body, FlagsJson.Default.AuditList)!;
            ids.AddRange(page.Audit.Select(a => a.Id));
            cursor = page.NextCursor;
            Assert.True(ids.Count <= count);
        }

        return ids;
    }
}
