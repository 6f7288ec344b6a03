using Flags.Core;
using Flags.Store;

namespace Flags.Admin.Tests;

/// <summary>Undo and revert give back exactly the gates before, whatever they were, held or not.</summary>
public sealed class UndoGoals(DeployServer deploys) : IClassFixture<DeployServer>
{
    private const int Seed = 16;

    private readonly Random random = new(Seed);

    [Fact]
    public async Task Random_gates_come_back_as_they_were()
    {
        int sets = Goal.Count(20, 200);
        using PageClient anna = await deploys.Server.SignInAsync();
        string form = (await anna.GetAsync("/admin/features")).Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        for (int set = 0; set < sets; set++)
        {
            string name = $"undo_{set}";
            Gates before = Random(), after = Random();
            Feature first = await deploys.Server.CreateAsync(name, before with { Boolean = !before.Boolean });
            Assert.IsType<Written>(await deploys.Server.Store.PutGatesAsync(ServerSteps.Key, name, before, WriteOptions.None, CancellationToken.None));
            Guid? hold = set % 2 == 1 ? await deploys.Server.HoldAsync([name]) : null;
            long back = (await deploys.Server.FindAsync(name))!.Version;
            string id = await ChangeAsync(name, after, before.State == FeatureState.Off ? 2 : set % 3);
            await PostAsync(anna, "undo", ("name", name), ("id", id), ("__RequestVerificationToken", form));
            Assert.Equal(before, await deploys.Server.GatesAsync(name));
            await PostAsync(anna, "revert", ("name", name), ("to", first.Version.ToString()), ("version", await VersionAsync(name)), ("__RequestVerificationToken", form));
            Assert.Equal(before with { Boolean = !before.Boolean }, await deploys.Server.GatesAsync(name));
            await PostAsync(anna, "revert", ("name", name), ("to", back.ToString()), ("version", await VersionAsync(name)), ("__RequestVerificationToken", form));
            Feature now = (await deploys.Server.FindAsync(name))!;
            Assert.Equal((before, hold is not null), (now.Gates, now.Held));
            if (hold is { } placed)
                await deploys.Server.ReleaseAsync(placed);
        }

        Goal.Record(16, "undo and revert give back the gates before", $"{sets} random sets, half of them held", "all", true);
    }

    /// <summary>Other gates, off, or gone; the answer is the audit row.</summary>
    private async Task<string> ChangeAsync(string name, Gates after, int how)
    {
        WriteResult result = how switch
        {
            0 => await deploys.Server.Store.PutGatesAsync(ServerSteps.Key, name, after, WriteOptions.None, CancellationToken.None),
            1 => await deploys.Server.Store.DisableAsync(ServerSteps.Key, name, WriteOptions.None, CancellationToken.None),
            _ => await deploys.Server.Store.DeleteAsync(ServerSteps.Key, name, WriteOptions.None, CancellationToken.None),
        };
        return Assert.IsType<Written>(result).AuditId!.Value.ToString();
    }

    private async Task<string> VersionAsync(string name) => (await deploys.Server.FindAsync(name))!.Version.ToString();

    private static async Task PostAsync(PageClient client, string route, params (string Name, string Value)[] fields)
    {
        PageAnswer answer = await client.PostAsync("/admin/do/" + route, [.. fields.Select(f => KeyValuePair.Create(f.Name, f.Value)), new("back", "/admin/features")]);
        Assert.True(answer.Redirected?.StartsWith("/admin/features?done=", StringComparison.Ordinal), $"{route}: {answer.Status} {answer.Main}");
    }

    private Gates Random() => new()
    {
        Boolean = random.Next(3) == 0,
        Actors = Some("User;", 60),
        Groups = Some("grüppe ", 20),
        DeniedActors = Some("Bot;", 10),
        DeniedGroups = Some("<b>", 5),
        PercentageOfActors = Percent(),
        PercentageOfTime = Percent(),
        // Written as nobody would: its text must come back to the letter.
        Expression = random.Next(2) == 0 ? null : Rule($$"""{ "All":[ {"Equal":[{"Property":["plan"]},"p{{random.Next(9)}}\u00e9"]},{"GreaterThan":[{"Property":["age"]}, {{random.Next(99)}}.50]}] }"""),
    };

    private string[] Some(string prefix, int most) => [.. Enumerable.Range(0, random.Next(2) * random.Next(most)).Select(_ => prefix + random.Next(1_000)).Distinct()];

    private Percentage? Percent() => random.Next(2) == 0 || !Percentage.TryFromNumber($"{random.Next(100)}.{random.Next(1, 1_000):000}", out Percentage number) ? null : number;

    private static Expression Rule(string json) => Expression.TryParse(json, ExpressionRules.Strict, out Expression? rule, out _) ? rule! : throw new ArgumentException(json);
}
