using System.Diagnostics;
using System.Net;
using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

/// <summary>A change made on one replica reaches the other; how long it takes is printed.</summary>
[Collection(Alone.Name)]
public sealed class DeafTests(QuietReplicas replicas, ITestOutputHelper output) : IClassFixture<QuietReplicas>
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(1.5);

    [Fact]
    public async Task A_change_reaches_the_other_replica_by_notification() => await MeasureAsync("with notifications");

    [Fact]
    public async Task A_change_is_noticed_although_the_listening_connection_was_killed()
    {
        for (int i = 0; i < 3; i++)
        {
            await MeasureAsync("listening connection killed", () => replicas.First.Server.SqlAsync<long>(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and application_name = 'flags listen'"));
        }
    }

    [Fact]
    public async Task A_change_is_noticed_although_no_notification_arrives()
    {
        ChangeFeed feed = replicas.Second.Services.GetRequiredService<ChangeFeed>();
        feed.Deaf = true;
        try
        {
            for (int i = 0; i < 3; i++)
                await MeasureAsync("no notifications");
        }
        finally
        {
            feed.Deaf = false;
        }
    }

    [Fact]
    public async Task A_read_shows_a_write_acknowledged_by_the_other_replica_before()
    {
        ChangeFeed feed = replicas.Second.Services.GetRequiredService<ChangeFeed>();
        Feature feature = await replicas.First.CreateAsync();
        using HttpClient http = replicas.Second.Client(Flags.Testing.TestServer.AdminKey);
        feed.Deaf = true;
        try
        {
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal(HttpStatusCode.OK, (await replicas.First.SendAsync(HttpMethod.Post, $"/api/v1/features/{feature.Name}/{(i % 2 == 0 ? "enable" : "disable")}")).Status);
                using HttpResponseMessage check = await http.GetAsync(new Uri($"/api/v1/features/{feature.Name}/check", UriKind.Relative));
                Assert.Equal(i % 2 == 0 ? HttpStatusCode.NoContent : HttpStatusCode.Locked, check.StatusCode);
            }
        }
        finally
        {
            feed.Deaf = false;
        }
    }

    private async Task MeasureAsync(string how, Func<Task>? before = null)
    {
        await using EventReader stream = await EventReader.OpenAsync(replicas.Second.Http);
        await stream.NextAsync();
        if (before is not null)
            await before();
        string name = replicas.First.NewName();
        var since = Stopwatch.StartNew();
        await replicas.First.CreateAsync(name: name);
        await stream.UntilAsync(name);
        output.WriteLine($"{how}: noticed after {since.ElapsedMilliseconds} ms (promised: {Promised.TotalMilliseconds:0} ms)");
    }
}
