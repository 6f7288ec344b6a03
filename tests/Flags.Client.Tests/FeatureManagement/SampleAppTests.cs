using System.Diagnostics;
using System.Net;
using Flags.Core;
using Flags.SampleWeb;
using Flags.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Client.Tests;

/// <summary>Apps as people write them, on a real server: each follows a switch within 100 ms.</summary>
[Collection(Alone.Name)]
public sealed class SampleAppTests(FlagsServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/sdk")]
    [InlineData("/microsoft")]
    public async Task A_minimal_API_follows(string path)
    {
        string feature = $"sample_minimal{path.Replace('/', '_')}";
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = feature }, null, Cancellation);
        await using WebApplication app = MinimalApp.Build(feature, Configure);
        using HttpClient http = await StartAsync(app);

        await FollowsAsync(feature, async on => await http.GetStringAsync(path, Cancellation) == (on ? "new" : "old"));
    }

    [Fact]
    public async Task An_MVC_app_follows_with_the_attribute_and_the_tag_for_who_is_present()
    {
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "sample_mvc" }, null, Cancellation);
        await using WebApplication app = MvcApp.Build(Configure);
        using HttpClient http = await StartAsync(app);

        await FollowsAsync("sample_mvc", async on =>
        {
            using HttpResponseMessage gated = await http.GetAsync("/gated", Cancellation);
            string page = await http.GetStringAsync("/", Cancellation);
            Assert.Contains("Always", page, StringComparison.Ordinal);
            return gated.StatusCode == (on ? HttpStatusCode.OK : HttpStatusCode.NotFound) && page.Contains("Sometimes", StringComparison.Ordinal) == on;
        });

        await server.Api.PutGatesAsync("sample_mvc", new Gates { Actors = ["User;7"] }, null, Cancellation);
        await Eventually.TrueAsync(async () => await StatusAsync(http, "User;7") == HttpStatusCode.OK && await StatusAsync(http, "User;8") == HttpStatusCode.NotFound, "only User;7 gets it");
    }

    [Fact]
    public async Task A_worker_sleeps_while_its_feature_is_off_and_is_woken_by_the_change()
    {
        await server.Api.CreateFeatureAsync(new CreateFeature { Name = "sample_worker" }, null, Cancellation);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddFlagsFeatureManagement(Configure);
        builder.Services.AddSingleton<Worker>().AddHostedService(provider => provider.GetRequiredService<Worker>());
        using IHost host = builder.Build();
        await host.StartAsync(Cancellation);
        Worker worker = host.Services.GetRequiredService<Worker>();
        Assert.True(await host.Services.GetRequiredService<FlagsClient>().WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        Assert.Equal(0, worker.Done);

        int before = 0;
        await FollowsAsync("sample_worker", async on =>
        {
            // On: the next piece is done; off: 20 ms pass without one.
            before = worker.Done;
            await Task.Delay(20, Cancellation);
            return worker.Done > before == on;
        });
        await host.StopAsync(Cancellation);
    }

    /// <summary>Switches ten times; each must be seen, and the best within 100 ms.</summary>
    private async Task FollowsAsync(string feature, Func<bool, Task<bool>> shows)
    {
        var best = TimeSpan.MaxValue;
        for (int i = 0; i < 10; i++)
        {
            bool on = i % 2 == 0;
            await (on ? server.Api.EnableFeatureAsync(feature, null, Cancellation) : server.Api.DisableFeatureAsync(feature, null, Cancellation));
            long written = Stopwatch.GetTimestamp();
            await Eventually.TrueAsync(() => shows(on), $"{feature} is {(on ? "on" : "off")}");
            TimeSpan took = Stopwatch.GetElapsedTime(written);
            best = took < best ? took : best;
        }

        Assert.InRange(best, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    private static async Task<HttpClient> StartAsync(WebApplication app)
    {
        await app.StartAsync(Cancellation);
        Assert.True(await app.Services.GetRequiredService<FlagsClient>().WaitUntilReadyAsync(Eventually.Deadline, Cancellation));
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string who)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/gated") { Headers = { { "X-Who", who } } };
        using HttpResponseMessage response = await http.SendAsync(request, Cancellation);
        return response.StatusCode;
    }

    /// <summary>No time passes: only the push can bring a change.</summary>
    private void Configure(FlagsOptions options) => (options.Url, options.ApiKey, options.Timeout, options.TimeProvider) = (server.Url, FlagsServer.AdminKey, Eventually.Deadline, new FakeTime());
}
