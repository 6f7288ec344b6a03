using Flags.Core;

namespace Flags.Client.Tests;

/// <summary>Names with every character that means something in a path arrive as they are.</summary>
public sealed class NameTests(FlagsServer server)
{
    public static TheoryData<string> Odd =>
    [
        "a/b", "a+b", "a%2Fb", "a%252Fb", "a?b#c", "a;b=c", "with spaces", "a,b", "..", ".", "...", "..a", "%2e%2e", "a/../b", "a\\b", "a&b", "a:b@c", "\"quoted\"",
        "grün", "🚀", "👩‍🚀x", new string('x', 255), string.Concat(Enumerable.Repeat("🚀", 255)), "line\nbreak", "check",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task A_feature_of_any_name_is_created_changed_checked_and_deleted(string name)
    {
        name = FeatureName.Normalize(name);
        IFlagsApi api = server.Api;

        Feature created = await api.CreateFeatureAsync(new CreateFeature { Name = name, Protected = true }, null, Cancellation);
        Feature on = await api.EnableFeatureAsync(name, null, Cancellation);
        CheckAnswer check = await api.CheckAsync(name, cancellationToken: Cancellation);
        EvaluateAnswer evaluated = await api.EvaluateAsync(name, new EvaluateFeature(), false, Cancellation);
        HistoryList history = await api.GetHistoryAsync(name, null, Cancellation);
        await api.DeleteFeatureAsync(name, new WriteOptions { Confirm = ["another", name] }, Cancellation);

        Assert.Equal((name, name), (created.Name, on.Name));
        Assert.True(check.Enabled);
        Assert.True(evaluated.Enabled);
        Assert.Equal(2, history.History.Count);
        Assert.False((await api.CheckAsync(name, cancellationToken: Cancellation)).Enabled);
    }

    // No attribute: half of a surrogate pair does not survive in one.
    public static TheoryData<string> Impossible => ["", "a\0b", "half \ud83d", new string('x', 256)];

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public async Task A_name_that_no_feature_can_have_is_an_argument_error_of_a_call_and_off_in_a_check(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => server.Api.GetFeatureAsync(name, Cancellation));
        await using FlagsClient client = server.Client();
        Assert.False(await client.IsEnabledAsync(name, null, Cancellation));
    }

    [Fact]
    public async Task A_path_in_the_address_is_kept()
    {
        await using var proxy = Listener.Saying("204 No Content");
        using var http = new HttpClient { BaseAddress = new Uri(proxy.Url + "/flags/") };

        Assert.True((await new FlagsApi(http).CheckAsync("..", cancellationToken: Cancellation)).Enabled);
        Assert.StartsWith("GET /flags/api/v1/features/%2E%2E/check HTTP/1.1", proxy.LastRequest, StringComparison.Ordinal);
    }
}
