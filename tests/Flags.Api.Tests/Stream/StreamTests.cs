using System.Net;
using Flags.Core;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

public sealed class StreamTests(Api api)
{
    [Fact]
    public async Task A_change_brings_the_changed_feature_itself()
    {
        // Only of its own: a large change of another's, told in the same step, would leave nothing but "read it all again".
        using HttpClient own = await api.Server.ClientAsync("evaluate", "streamed_*");
        await using EventReader stream = await EventReader.OpenAsync(own);
        Assert.True(stream.Response.Headers.CacheControl?.NoStore);
        Event first = (await stream.NextAsync())!;
        Assert.Equal(("resync", true), (first.Name, first.Body.Refetch));
        Assert.Equal($"{first.Body.Generation}:{first.Body.Version}", first.Id);
        Feature feature = await api.CreateAsync(name: api.NewName("streamed"));
        Assert.Empty(Assert.Single((await stream.UntilAsync(feature.Name)).Body.Features, f => f.Name == feature.Name).Gates.Actors);
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{feature.Name}/gates", """{"actors":{"add":["User;1"]},"percentageOfTime":2.007}""");
        Event change = await stream.UntilAsync(feature.Name);
        Feature now = await api.GetAsync(feature.Name);
        SnapshotFeature shown = Assert.Single(change.Body.Features, f => f.Name == feature.Name);
        Assert.Equal((now.Gates, now.Version, false), (shown.Gates, shown.Version, shown.Reference));
        Assert.Equal(("change", $"{change.Body.Generation}:{change.Body.Version}"), (change.Name, change.Id));
        await api.SendAsync(HttpMethod.Delete, $"/api/v1/features/{feature.Name}");
        change = await stream.UntilAsync(feature.Name);
        Assert.Contains(feature.Name, change.Body.Deleted);
        Assert.DoesNotContain(change.Body.Features, f => f.Name == feature.Name);
    }

    [Fact]
    public async Task Whoever_comes_back_with_its_last_id_misses_nothing_and_sees_nothing_twice()
    {
        // A feed of its own: it remembers so many steps, and other tests make more.
        await using var alone = new Api();
        await alone.InitializeAsync();
        using HttpClient own = await alone.Server.ClientAsync("evaluate", "streamed_*");
        Feature feature = await alone.CreateAsync(name: alone.NewName("streamed"));
        string path = $"/api/v1/features/{feature.Name}/gates", last;
        await using (EventReader stream = await EventReader.OpenAsync(own))
        {
            await stream.NextAsync();
            await AddAsync(alone, path, 0);
            last = (await stream.UntilAsync(feature.Name)).Id!;
        }

        for (int i = 1; i <= 5; i++)
            await AddAsync(alone, path, i);
        await using EventReader resumed = await EventReader.OpenAsync(own, last);
        var sizes = new List<int>();
        while (sizes.Count == 0 || sizes[^1] < 7)
        {
            Event next = (await resumed.NextAsync())!;
            Assert.NotEqual("resync", next.Name);
            if (next.Body.Features.SingleOrDefault(f => f.Name == feature.Name) is { } shown)
                sizes.Add(shown.Gates.Actors.Count);
            if (sizes is [.., 6])
                await AddAsync(alone, path, 6);
        }

        // The feed may take several quick changes in one step; it never goes back and never stands still.
        Assert.Equal(sizes.Distinct().Order(), sizes);
        Assert.DoesNotContain(1, sizes);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1:1")]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1:2:3")]
    [InlineData("99999999999999999999:1")]
    public async Task An_id_that_the_server_does_not_remember_starts_with_resync(string? id)
    {
        await using EventReader stream = await EventReader.OpenAsync(api.Http, id);
        Event first = (await stream.NextAsync())!;
        Assert.Equal(("resync", true), (first.Name, first.Body.Refetch));
    }

    [Fact]
    public async Task A_limited_key_sees_its_features_and_what_they_refer_to()
    {
        Feature inside = await api.CreateAsync(name: api.NewName("inside")), referred = await api.CreateAsync(), other = await api.CreateAsync();
        using HttpClient limited = await api.Server.ClientAsync("evaluate", "inside_*");
        await using EventReader stream = await EventReader.OpenAsync(limited);
        await stream.NextAsync();
        await api.SendAsync(HttpMethod.Patch, $"/api/v1/features/{inside.Name}/gates", $$"""{"expression":{"FeatureEnabled":["{{referred.Name}}"]} }""");
        Assert.True((await stream.NewsAsync()).Body.Refetch);
        await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{other.Name}/enable");
        await api.SendAsync(HttpMethod.Post, $"/api/v1/features/{referred.Name}/enable");
        Event change = await stream.NewsAsync();
        SnapshotFeature shown = Assert.Single(change.Body.Features);
        Assert.Equal((referred.Name, true, true), (shown.Name, shown.Reference, shown.Gates.Boolean));
        (_, string snapshot) = await api.SendAsync(HttpMethod.Get, "/api/v1/snapshot", http: limited);
        Assert.Contains($"\"name\":\"{referred.Name}\"", snapshot);
        Assert.Contains("\"reference\":true", snapshot);
        Assert.DoesNotContain($"\"{other.Name}\"", snapshot);
    }

    [Fact]
    public async Task A_change_over_64_KiB_says_refetch()
    {
        Feature feature = await api.CreateAsync(name: api.NewName("large"));
        using HttpClient limited = await api.Server.ClientAsync("evaluate", "large_*");
        await using EventReader stream = await EventReader.OpenAsync(limited);
        await stream.NextAsync();
        string actors = string.Join(',', Enumerable.Range(0, 7_000).Select(i => $"\"actor-{i:0000}\""));
        await api.SendAsync(HttpMethod.Put, $"/api/v1/features/{feature.Name}/gates", $$"""{"actors":[{{actors}}]}""");
        Event change = await stream.NewsAsync();
        Assert.Equal(("change", true, 0, 0), (change.Name, change.Body.Refetch, change.Body.Features.Count, change.Body.Deleted.Count));
        Assert.NotNull(change.Id);
        await api.SendAsync(HttpMethod.Put, $"/api/v1/features/{feature.Name}/gates", """{"actors":["one"]}""");
        Assert.Equal("one", Assert.Single((await stream.UntilAsync(feature.Name)).Body.Features).Gates.Actors.Single());
    }

    [Fact]
    public async Task Pings_come_at_most_ten_seconds_apart()
    {
        var time = new FakeTime();
        await using TestServer server = await TestServer.StartAsync(configure: services => services.AddSingleton<TimeProvider>(time));
        using HttpClient limited = await server.ClientAsync("evaluate", "nothing_is_named_so");
        await using EventReader stream = await EventReader.OpenAsync(limited);
        Assert.Equal("resync", (await stream.NextAsync())?.Name);
        var every = TimeSpan.FromSeconds(8);
        for (int i = 0; i < 3; i++)
        {
            Task<Event?> next = stream.NextAsync();
            await Eventually.TrueAsync(() => time.Pauses.Contains(every), "the stream waits");
            Assert.False(next.IsCompleted);
            // No further: the next pause may begin before this is done.
            time.Advance(every);
            Assert.Equal("ping", (await next)?.Name);
        }
    }

    private static async Task AddAsync(Api api, string path, int actor) =>
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(HttpMethod.Patch, path, $$"""{"actors":{"add":["User;{{actor}}"]} }""")).Status);
}
