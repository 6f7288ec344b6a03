using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Flags.Core;

namespace Flags.Api.Tests;

public sealed class ImportTests(Own own) : IClassFixture<Own>
{
    private readonly Api api = own.Api;

    [Fact]
    public async Task A_dry_run_answers_the_difference_and_writes_nothing()
    {
        string rename = Imported.Flipper.Replace("\"features\":{", "\"features\":{\"dry_run_only\":{\"boolean\":\"true\"},").Replace("\"features\": {", "\"features\": {\"dry_run_only\":{\"boolean\":\"true\"},");
        long[] before = await CountersAsync();
        foreach (string mode in (string[])["merge", "replace"])
        {
            ImportAnswer answer = await ImportAsync(rename, $"dryRun=true&mode={mode}");
            Assert.True(answer.DryRun);
            Assert.Null(answer.Version);
            Assert.Contains(answer.Created, f => f.Name == "dry_run_only" && f.Change.Boolean == new Difference<bool>(false, true));
            Assert.Equal(mode == "replace", answer.Deleted.Any(f => f.Name == "jobs_processing"));
        }

        Assert.Equal(before, await CountersAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(HttpMethod.Get, "/api/v1/features/dry_run_only/history")).Status);
    }

    [Fact]
    public async Task Both_formats_travel_from_server_to_server_without_loss()
    {
        await using TestCopy first = await TestCopy.StartAsync(), second = await TestCopy.StartAsync();
        long version = (await first.Api.GetAsync("jobs_processing")).Version;
        ImportAnswer answer = await ImportAsync(Imported.Flipper, "", first.Api);
        Assert.Equal((92, 0, 0, 0), (answer.Created.Count, answer.Changed.Count, answer.Deleted.Count, answer.Unchanged));
        Assert.Equal(version + 1, answer.Version);
        await SameAsFlipperAsync(first.Api);
        await ImportAsync("""{"features":{"older_flipper":{"expression":{"Any":[]}}}}""", "", first.Api);
        await first.DecorateAsync("jobs_processing");
        // The other server knows one of the features with values that the export has not.
        await second.DecorateAsync("jobs_processing", other: true);
        await second.Api.CreateAsync(name: "only_there");
        string export = (await first.Api.SendAsync(HttpMethod.Get, "/api/v1/export")).Body;
        ImportAnswer replaced = await ImportAsync(export, "mode=replace", second.Api, ("Flags-Confirm", "jobs_processing"));
        Assert.Equal("only_there", Assert.Single(replaced.Deleted).Name);
        Assert.Equal(export, (await second.Api.SendAsync(HttpMethod.Get, "/api/v1/export")).Body);
        foreach (Api server in (Api[])[first.Api, second.Api])
        {
            ImportAnswer again = await ImportAsync(export, "mode=replace", server);
            Assert.Equal((null, 94), (again.Version, again.Unchanged));
        }

        Assert.Equal(HttpStatusCode.NotFound, (await second.Api.SendAsync(HttpMethod.Get, "/api/v1/features/only_there")).Status);
    }

    [Fact]
    public async Task What_only_an_older_Flipper_accepted_is_kept_shown_and_brought_back()
    {
        Feature feature = await api.CreateAsync();
        await ImportAsync($$"""{"features":{"{{feature.Name}}":{"expression":{"Any":[] } } } }""", "");
        await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{feature.Name}/enable");
        Assert.Contains("{\"Any\":[]}", (await api.SendAsync(HttpMethod.Get, $"/api/v1/features/{feature.Name}/history")).Body);
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{feature.Name}/revert", $$"""{"version":{{feature.Version + 1}}}""");
        Assert.True(status == HttpStatusCode.OK, body);
        Assert.Contains("{\"Any\":[]}", body);
    }

    [Fact]
    public async Task A_merge_leaves_what_the_file_does_not_say()
    {
        Feature feature = await api.CreateAsync();
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}", """{"description":"d","tags":["t"],"owner":"o","limit":3}""");
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}/gates", """{"deniedActors":{"add":["User;9"]},"groups":{"add":["old"]}}""");
        await ImportAsync($$"""{"version":1,"features":{"{{feature.Name}}":{"actors":["User;1"],"percentage_of_time":"2.007"} } }""", "");
        Feature now = await api.GetAsync(feature.Name);
        Assert.Equal(("d", "t", "o", 3), (now.Description, now.Tags.Single(), now.Owner, now.Limit));
        Assert.Equal(["User;9"], now.Gates.DeniedActors);
        Assert.Equal(["User;1"], now.Gates.Actors);
        Assert.Empty(now.Gates.Groups);
        Assert.Equal("2.007", now.Gates.PercentageOfTime?.Text);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Get, "/api/v1/features/jobs_processing")).Status);
    }

    [Theory]
    [InlineData("""{"version":1,"features":{"good_one":{"boolean":"true"},"bad":{"percentage_of_time":"101"}}}""", "features.bad.percentage_of_time")]
    [InlineData("""{"version":1,"features":{"good_one":{"boolean":"true"},"bad":{"expression":{"Nope":[]}}}}""", "features.bad.expression")]
    [InlineData("""{"version":1,"features":{"good_one":{"boolean":"true"},"bad":{"surprise":1}}}""", "features.bad.surprise")]
    [InlineData("""{"version":1,"features":{"good_one":{"boolean":"true"},"":{}}}""", "features.")]
    [InlineData("""{"version":2,"features":{"good_one":{"boolean":"true"}}}""", "version")]
    [InlineData("""{"format":"flags","formatVersion":1,"features":[{"name":"good_one","gates":{}},{"name":"bad","gates":{"percentageOfTime":101}}]}""", "features[1].gates.percentageOfTime")]
    [InlineData("""{"format":"flags","formatVersion":1,"features":[{"name":"good_one","gates":{}},{"name":"bad","gates":{},"limit":0}]}""", "features.bad.limit")]
    [InlineData("""{"format":"flags","formatVersion":1,"features":[{"name":"good_one","gates":{}},{"name":"good_one","gates":{}}]}""", "features.good_one")]
    [InlineData("""{"format":"flags","formatVersion":1,"features":[{"name":"good_one","gates":{}},{"name":"bad"}]}""", "features[1].gates")]
    [InlineData("""{"format":"flags","formatVersion":1,"features":[{"name":"good_one","gates":{"typo":1}}]}""", "features[0].gates.typo")]
    [InlineData("""{"format":"flags","formatVersion":2,"features":[{"name":"good_one","gates":{}}]}""", "format")]
    public async Task A_refused_import_names_the_place_and_changes_nothing(string json, string field)
    {
        long[] before = await CountersAsync();
        foreach (string query in (string[])["", "?mode=replace", "?dryRun=true"])
        {
            (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/import" + query, json);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
            Assert.Contains(Api.Problem(body, status).Errors!, e => e.Field == field);
        }

        Assert.Equal(before, await CountersAsync());
    }

    [Fact]
    public async Task A_dry_run_shows_that_a_protected_feature_would_be_turned_off()
    {
        string name = api.NewName("guarded");
        await api.SendAsync(HttpMethod.Post, "/api/v1/features", $$"""{"name":"{{name}}","enabled":true,"protected":true}""");
        string off = $$"""{"version":1,"features":{"{{name}}":{ "boolean":null } } }""";
        Assert.Equal(name, Assert.Single((await ImportAsync(off, "dryRun=true")).Changed).Name);
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await api.SendAsync(HttpMethod.Post, "/api/v1/import", off)).Status);
    }

    [Theory]
    [InlineData("mode=Replace", "mode")]
    [InlineData("mode=clear", "mode")]
    [InlineData("dryRun=1", "dryRun")]
    [InlineData("dryRun=True", "dryRun")]
    public async Task A_mistyped_parameter_is_refused_and_not_ignored(string query, string field)
    {
        long[] before = await CountersAsync();
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/import?" + query, """{"features":{"mistyped":{}}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(field, Assert.Single(Api.Problem(body, status).Errors!).Field);
        Assert.Equal(before, await CountersAsync());
    }

    [Fact]
    public async Task What_a_running_Flipper_lists_is_imported_as_its_export_would_be()
    {
        await using TestCopy from = await TestCopy.StartAsync(), to = await TestCopy.StartAsync();
        await ImportAsync(Imported.Flipper, "mode=replace", from.Api);
        string list = (await from.Api.SendAsync(HttpMethod.Get, "/flipper/features")).Body;
        ImportAnswer dry = await ImportAsync(list, "mode=replace&dryRun=true", to.Api);
        Assert.Equal((true, 92, 1), (dry.DryRun, dry.Created.Count, dry.Deleted.Count));
        Assert.Equal(HttpStatusCode.NotFound, (await to.Api.SendAsync(HttpMethod.Get, $"/api/v1/features/{dry.Created[0].Name}")).Status);
        await ImportAsync(list, "mode=replace", to.Api);
        await SameAsFlipperAsync(to.Api);
        Assert.Equal(list, (await to.Api.SendAsync(HttpMethod.Get, "/flipper/features")).Body);
        Assert.Equal(92, (await ImportAsync(list, "", to.Api)).Unchanged);
    }

    [Theory]
    [InlineData("""{"features":[{"key":"a","state":"on"}]}""", "features[0].gates")]
    [InlineData("""{"features":[{"key":"a","gates":[]},{"key":1,"gates":[]}]}""", "features[1].key")]
    [InlineData("""{"features":[{"key":"a","gates":[{"key":"boolean"}]}]}""", "features[0].gates")]
    [InlineData("""{"features":[{"key":"a","gates":[{"key":"surprise","value":1}]}]}""", "features.a.surprise")]
    [InlineData("""{"features":[{"key":"a","gates":[]},{"key":"a","gates":[]}]}""", "features.a")]
    [InlineData("""{"features":[]}""", "formatVersion")]
    public async Task A_list_that_cannot_be_read_names_the_place(string json, string field)
    {
        long[] before = await CountersAsync();
        (HttpStatusCode status, string body) = await api.SendAsync(HttpMethod.Post, "/api/v1/import?mode=replace", json);
        Assert.True(status is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest, body);
        Assert.Contains(Api.Problem(body, status).Errors!, e => e.Field == field);
        Assert.Equal(before, await CountersAsync());
    }

    private async Task<ImportAnswer> ImportAsync(string json, string query, Api? to = null, params (string, string)[] headers)
    {
        (HttpStatusCode status, string body) = await (to ?? api).SendAsync(HttpMethod.Post, $"/api/v1/import?{query}", json, headers: headers);
        Assert.True(status == HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, FlagsJson.Default.ImportAnswer)!;
    }

    private static async Task SameAsFlipperAsync(Api on)
    {
        foreach ((string name, JsonNode? gates) in JsonNode.Parse(Imported.Flipper)!["features"]!.AsObject())
        {
            Gates now = (await on.GetAsync(name)).Gates;
            string[] Set(string member) => [.. gates![member]!.AsArray().Select(m => m!.GetValue<string>()).Order(Utf8Order.Instance)];
            Assert.Equal(gates!["boolean"]?.GetValue<string>() == "true", now.Boolean);
            Assert.Equal(Set("actors"), now.Actors);
            Assert.Equal(Set("groups"), now.Groups);
            Assert.Equal(gates["percentage_of_actors"]?.ToString(), now.PercentageOfActors?.Text);
            Assert.Equal(gates["percentage_of_time"]?.ToString(), now.PercentageOfTime?.Text);
            Assert.True(JsonNode.DeepEquals(gates["expression"], now.Expression is { } expression ? JsonNode.Parse(expression.Json) : null), name);
        }
    }

    private Task<long[]> CountersAsync() => api.Server.SqlAsync<long[]>(
        "select array[version, auth_version, (select count(*) from flags.audit), (select count(*) from flags.features)] from flags.counter");
}
