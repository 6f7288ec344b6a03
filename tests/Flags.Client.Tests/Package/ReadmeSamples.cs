using Flags.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Flags.Client.Tests;

/// <summary>The code of the package's README, so that the compiler sees it; <see cref="ReadmeTests"/> compares the two line by line.</summary>
internal static class ReadmeSamples
{
    public static void Register(IHostApplicationBuilder builder)
    {
        builder.Services.AddFlags();
    }

    public static async Task CreateAsync()
    {
        await using FlagsClient flags = FlagsClient.Create();
        await WaitAsync(flags);
    }

    public static (bool, bool, bool, Evaluation, bool) Ask(FlagsClient flags)
    {
        bool on = flags.IsEnabled("new_search");
        bool hers = flags.IsEnabled("new_search", "User;42");
        bool theirs = flags.IsEnabled("new_search", new Actor("User;42", Groups: ["staff"]));
        Evaluation why = flags.Evaluate("new_search", new Actor("User;42"));

        PreparedFeature search = flags.Feature("new_search");
        bool inALoop = search.IsEnabled("User;42");
        return (on, hers, theirs, why, inALoop);
    }

    public static async Task WaitAsync(FlagsClient flags)
    {
        if (!await flags.WaitUntilEnabledAsync("jobs_processing", TimeSpan.FromMinutes(30)))
            return;
    }

    public static async Task<ClaimResult> OnceAsync(FlagsClient flags, Message message)
    {
        ClaimResult result = await flags.RunOnceAsync($"message/{message.Id}", async (claim, ends) =>
        {
            await AnswerAsync(message, ends);
            return "answered";
        });
        return result;
    }

    public static async Task TakeOverAsync(FlagsClient flags)
    {
        await using Lease lease = (await flags.TakeOverAsync("rtm_connection")).EnsureEntered();
        await ReceiveAsync(until: lease.TakeoverRequested);
    }

    public static void RegisterWorker(IHostApplicationBuilder builder)
    {
        builder.Services.AddFlagsWorker(worker => worker.ReadyFile = "/tmp/ready");
        builder.Services.AddHealthChecks().AddFlagsWorker();
    }

    public static void RegisterMicrosofts(IHostApplicationBuilder builder)
    {
        builder.Services.AddFlagsFeatureManagement();
    }

    public static bool Fake()
    {
        using var fake = new FakeFlags();
        fake.Enable("new_search").Hold("jobs_processing");
        var page = new SearchPage(fake.Client);
        return page.IsNew;
    }

    private static Task AnswerAsync(Message message, CancellationToken ends) => Task.Delay(message.Id, ends);

    private static Task ReceiveAsync(CancellationToken until) => Task.Delay(Timeout.Infinite, until);

    internal sealed record Message(int Id);

    private sealed class SearchPage(FlagsClient flags)
    {
        public bool IsNew => flags.IsEnabled("new_search") && !flags.IsEnabled("jobs_processing");
    }
}
