using Flags.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Flags.Cli.Tests;

/// <summary>The last job leaves after the server has said that somebody is inside, and before it lists who: the list is empty.</summary>
public sealed class LastLeftTests(FlagsServer server)
{
    [Theory]
    [InlineData("abort")]
    [InlineData("proceed")]
    [InlineData("revoke")]
    public async Task A_deploy_whose_time_is_over_then_looks_once_more_and_goes_on(string policy)
    {
        await using WebApplication nearly = await NearlyDrainedAsync();
        var there = new Dictionary<string, string?> { ["FLAGS_URL"] = nearly.Urls.Single() };
        await using RunningFlags deploy = server.Run(there, "deploy", "--hold", "any", "--drain", "0s", "--on-drain-timeout", policy, "--", "echo", "deployed");
        Assert.Equal("deployed\n", (await deploy.EndsAsync(0)).Output);
        string[] said = [.. deploy.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[1])];
        Assert.Equal(["Holding", "Drained", "Released"], said);
    }

    /// <summary>A server whose first answer has such a list.</summary>
    private static async Task<WebApplication> NearlyDrainedAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        int looks = 0;
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        var draining = new Problem { Type = "urn:flags:problem:draining", Title = "Jobs are inside", Status = 423, Detail = "1 inside.", Next = "ask again", Reason = "draining", Leases = [] };
        app.MapPut("/api/v1/holds/{id:guid}", (Guid id) => TypedResults.Json(new PlacedHold(id, 2, ["any"], now.AddMinutes(2), 120, 1, []), FlagsJson.Default.PlacedHold));
        app.MapGet("/api/v1/holds/{id:guid}/drained", () => Interlocked.Increment(ref looks) == 1
            ? (IResult)TypedResults.Json(draining, FlagsJson.Default.Problem, "application/problem+json", draining.Status)
            : TypedResults.Json(new DrainedHold(now, 2, 1, 0), FlagsJson.Default.DrainedHold));
        app.MapDelete("/api/v1/holds/{id:guid}", () => TypedResults.NoContent());
        await app.StartAsync();
        return app;
    }
}
