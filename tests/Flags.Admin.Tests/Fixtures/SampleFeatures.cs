using Flags.Core;
using Flags.Store;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>Features that look like those of a real installation.</summary>
internal static class SampleFeatures
{
    private static readonly (string Name, string Description, string Tags, bool On)[] Plain =
    [
        ("search", "New search box.", "web", false), ("audit_stream", "Sends audit rows to the log pipeline.", "core", true), ("beta_dashboard", "The new start page, by invitation.", "web", false), ("blue_green_gate", "Traffic may go to the green side.", "deploy", true),
        ("bulk_import", "Imports of more than 1,000 rows at once.", "core", false), ("checkout_v2", "Checkout in one page.", "core web", false), ("dark_launch_pricing", "Computes new prices beside the old ones, shows none.", "core", true),
        ("email_digest", "One e-mail a day instead of many.", "core", false), ("geo_routing", "", "ui web", false), ("image_resizer", "Resizes in the browser before upload.", "deploy", false), ("legacy_export", "The old CSV export; to be removed.", "core", true),
        ("nightly_reports", "Reports may start. Deploys hold this.", "deploy jobs", true), ("payments_v3", "Card payments through the new provider.", "core payments", true), ("rate_limits", "Limits of the public API.", "core", true), ("rtm_connection", "The bot keeps its connection.", "jobs", true), ("two_step_sign_in", "", "web security", false),
    ];

    public static async Task AddAsync(TestServer server)
    {
        foreach ((string name, string description, string tags, bool on) in Plain)
            await server.Store.CreateAsync(ServerSteps.Key, New(name, description, tags, on), WriteOptions.None, CancellationToken.None);
        await ShapeAsync(server);
    }

    private static async Task ShapeAsync(TestServer server)
    {
        Assert.True(Percentage.TryFromNumber("10", out Percentage ten) & Percentage.TryFromNumber("25", out Percentage quarter));
        Assert.True(Expression.TryParse("""{"All":[{"Equal":[{"Property":["plan"]},"pro"]},{"GreaterThanOrEqualTo":[{"Property":["age"]},21]}]}""", ExpressionRules.Strict, out Expression? rule, out _));
        await PatchAsync(server, "search", new GatesPatch { Actors = Add("User;1", "User;3", "User;7", "User;8", "Organisation;12"), Groups = Add("admins"), PercentageOfActors = ten }, null);
        await PatchAsync(server, "search", new GatesPatch { Expression = rule, DeniedActors = Add("User;9", "User;12") }, "plan first, OPS-9");
        await PatchAsync(server, "search", new GatesPatch { PercentageOfActors = quarter }, "ramp, OPS-12");
        Assert.True(Expression.TryParse("""{"All":[{"FeatureEnabled":["search"]},{"Any":[{"Equal":[{"Property":["plan"]},"pro"]},{"Equal":[{"Property":["plan"]},"team"]}]}]}""", ExpressionRules.Strict, out Expression? nested, out _));
        await PatchAsync(server, "geo_routing", new GatesPatch { Expression = nested }, null);
        await PatchAsync(server, "beta_dashboard", new GatesPatch { Actors = Add([.. Enumerable.Range(1, 412).Select(n => $"User;{n}")]) }, null);
        await PatchAsync(server, "checkout_v2", new GatesPatch { PercentageOfActors = ten, DeniedGroups = Add("press") }, null);
        await server.Store.PatchAsync(ServerSteps.Key, "search", new FeaturePatch { Owner = "team-a", Limit = 40 }, WriteOptions.None, CancellationToken.None);
        await server.Store.PatchAsync(ServerSteps.Key, "payments_v3", new FeaturePatch { Protected = true }, WriteOptions.None, CancellationToken.None);
    }

    private static async Task PatchAsync(TestServer server, string name, GatesPatch patch, string? reason) =>
        Assert.IsType<Written>(await server.Store.PatchGatesAsync(ServerSteps.Key, name, patch, new WriteOptions { Reason = reason }, CancellationToken.None));

    private static SetPatch Add(params string[] members) => new() { Add = members };

    private static CreateFeature New(string name, string description, string tags, bool on) => new() { Name = name, Description = description, Tags = tags.Split(' '), Enabled = on };
}
