using System.Text;
using Flags.Core;
using Flags.Store;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>A protected feature ends off or removed by no route unless its name was sent.</summary>
public sealed class ProtectionGoals(AdminServer admin)
{
    private const string Rule = """{"Equal":[{"Property":["plan"]},"pro"]}""";

    private static readonly Gates On = new() { Boolean = true }, Actor = new() { Actors = ["User;1"] };

    /// <summary>Name of the route, gates before, and what is sent: fields of a page's form, or a REST request.</summary>
    private static readonly (string Route, Gates Before, (string, string)[] Fields)[] Forms =
    [
        ("switch", On, [("to", "off")]), ("switch", Actor, [("to", "off"), ("clears", "yes")]),
        ("members", Actor, [("gate", "actors"), ("remove", "User;1")]), ("members", new() { Groups = ["admins"] }, [("gate", "groups"), ("remove", "admins")]),
        ("percentage", new() { PercentageOfActors = Number("25") }, [("gate", "actors"), ("value", "0")]), ("percentage", new() { PercentageOfTime = Number("25") }, [("gate", "time"), ("quick", "0")]),
        ("expression", new() { Expression = Parsed() }, [("remove", "yes")]),
        ("revert", On, [("to", "FIRST")]), ("undo", On, [("id", "LAST")]), ("delete", On, []), ("delete", Actor, []),
    ];

    private static readonly (string Method, string Path, Gates Before, string? Body)[] Requests =
    [
        ("POST", "/features/NAME/disable", On, null), ("PATCH", "/features/NAME/gates", On, """{"boolean":false}"""), ("PATCH", "/features/NAME/gates", Actor, """{"actors":{"remove":["User;1"]}}"""),
        ("PATCH", "/features/NAME/gates", new() { PercentageOfActors = Number("25") }, """{"percentageOfActors":0}"""), ("PATCH", "/features/NAME/gates", new() { Expression = Parsed() }, """{"expression":null}"""),
        ("PUT", "/features/NAME/gates", On, "{}"), ("POST", "/features/NAME/revert", On, """{"version":FIRST}"""), ("DELETE", "/features/NAME", Actor, null),
        ("POST", "/import", On, """{"format":"flags","formatVersion":1,"features":[{"name":"NAME","gates":{}}]}"""), ("POST", "/import", Actor, """{"version":1,"features":{"NAME":{"boolean":null,"actors":[]}}}"""),
    ];

    [Fact]
    public async Task No_route_ends_in_off_or_removed_without_the_name()
    {
        using PageClient anna = await admin.SignInAsync();
        string form = (await anna.GetAsync("/admin/features")).Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        foreach ((int index, (string route, Gates before, (string, string)[] fields)) in Forms.Index())
            await CheckAsync($"{route}_{index}", before, (feature, name, first) => PostAsync(anna, route, [.. fields.Select(f => (f.Item1, Fill(f.Item2, feature, first))), ("version", feature.Version.ToString()), ("__RequestVerificationToken", form)], feature.Name, name));
        foreach ((int index, (string method, string path, Gates before, string? body)) in Requests.Index())
            await CheckAsync($"rest_{index}", before, (feature, name, first) => SendAsync(admin.Server, method, Fill(path, feature, first), body is null ? null : Fill(body, feature, first), name));
        await ReplaceAsync();
        Goal.Record(15, "protected, without the name: never off or removed", $"{Forms.Length} forms, {Requests.Length + 1} requests", "every route", true);
    }

    /// <summary>Off at first, then protected and on: so that a revert and an undo lead to off too.</summary>
    private async Task CheckAsync(string route, Gates before, Func<Feature, string?, long, Task<int>> send)
    {
        string name = "protect_" + route;
        Feature first = await admin.Server.CreateAsync(name, null, new CreateFeature { Name = name, Protected = true });
        Assert.IsType<Written>(await admin.Server.Store.PutGatesAsync(ServerSteps.Key, name, before, WriteOptions.None, CancellationToken.None));
        Feature now = (await admin.Server.FindAsync(name))!;
        foreach (string? typed in new[] { null, "", name + "x", name.ToUpperInvariant(), "*" })
        {
            int refused = await send(now, typed, first.Version);
            Assert.True(refused == 428, $"{route} with \"{typed}\": {refused}");
            Assert.Equal(now, await admin.Server.FindAsync(name), (a, b) => a!.Version == b!.Version && a.Gates.Equals(b.Gates));
        }

        int done = await send(now, name, first.Version);
        Assert.True(done is 200 or 204 or 303, $"{route} with the name: {done}");
        Assert.True(await admin.Server.FindAsync(name) is null or { State: FeatureState.Off }, $"{route} with the name leaves it as it was");
    }

    /// <summary>Whatever is not in a replacing import is removed, so this has a server of its own.</summary>
    private static async Task ReplaceAsync()
    {
        await using TestServer server = await ServerSteps.StartAsync();
        await server.CreateAsync("protect_replace", null, new CreateFeature { Name = "", Protected = true, Enabled = true });
        const string Body = """{"format":"flags","formatVersion":1,"features":[{"name":"jobs_processing","gates":{"boolean":true}}]}""";
        Assert.Equal(428, await SendAsync(server, "POST", "/import?mode=replace", Body, null));
        Assert.True((await server.GatesAsync("protect_replace")).Boolean);
        Assert.Equal(200, await SendAsync(server, "POST", "/import?mode=replace", Body, "protect_replace"));
        Assert.Null(await server.FindAsync("protect_replace"));
    }

    private async Task<int> PostAsync(PageClient client, string route, IEnumerable<(string Name, string Value)> fields, string name, string? typed)
    {
        // What answers is asked for by its id, which only the database knows.
        string last = (await admin.Server.SqlAsync<long>($"select max(id) from flags.audit where target = '{name}'")).ToString();
        (string Name, string Value)[] all = [.. fields, ("name", name), ("back", "/admin/features"), .. typed is null ? [] : new[] { ("confirm", typed) }];
        KeyValuePair<string, string>[] sent = [.. all.Select(f => KeyValuePair.Create(f.Name, f.Value == "LAST" ? last : f.Value))];
        using var content = new FormUrlEncodedContent(sent);
        using HttpResponseMessage answer = await client.Http.PostAsync("/admin/do/" + route, content);
        return (int)answer.StatusCode;
    }

    private static async Task<int> SendAsync(TestServer server, string method, string path, string? body, string? typed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        if (typed is not null)
            request.Headers.TryAddWithoutValidation("Flags-Confirm", typed);
        using HttpResponseMessage answer = await server.Http.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private static string Fill(string text, Feature feature, long first) => text.Replace("NAME", feature.Name).Replace("FIRST", first.ToString());

    private static Percentage Number(string text) => Percentage.TryFromNumber(text, out Percentage number) ? number : throw new ArgumentException(text);

    private static Expression Parsed() => Expression.TryParse(Rule, ExpressionRules.Strict, out Expression? rule, out _) ? rule! : throw new ArgumentException(Rule);
}
