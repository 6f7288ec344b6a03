using System.Text.Json;
using Flags.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Flags.Client.Tests;

/// <summary>Microsoft.FeatureManagement answers from our store, with Flipper's buckets, and where it would not, a test shows it.</summary>
public sealed class FeatureManagerTests : IDisposable
{
    private readonly FakeFlags fake = new();

    public void Dispose() => fake.Dispose();

    [Fact]
    public async Task A_feature_is_on_off_held_or_unknown()
    {
        fake.Enable("on").Disable("off").Enable("held").Hold("held").Enable("with:colon");
        using ServiceProvider provider = Services().BuildServiceProvider();
        IFeatureManager features = provider.GetRequiredService<IFeatureManager>();

        Assert.True(await features.IsEnabledAsync("on"));
        Assert.True(await features.IsEnabledAsync("with:colon"));
        Assert.False(await features.IsEnabledAsync("ON"));
        Assert.False(await features.IsEnabledAsync("off"));
        Assert.False(await features.IsEnabledAsync("held"));
        Assert.False(await features.IsEnabledAsync("unknown"));
        Assert.Equal(["held", "off", "on", "with:colon"], (await NamesAsync(features)).Order(StringComparer.Ordinal));
        fake.Disable("on").Release("held");
        Assert.False(await features.IsEnabledAsync("on"));
        Assert.True(await features.IsEnabledAsync("held"));
    }

    [Fact]
    public async Task A_percentage_of_actors_has_the_same_actors_in_both_ways()
    {
        fake.Set("share", new Gates { PercentageOfActors = Percentage.FromStored("37.5") });
        using ServiceProvider provider = Services().BuildServiceProvider();
        IFeatureManager features = provider.GetRequiredService<IFeatureManager>();
        int on = 0;
        for (int i = 0; i < 1000; i++)
        {
            bool enabled = await features.IsEnabledAsync("share", new TargetingContext { UserId = $"User;{i}" });
            Assert.Equal(fake.Client.IsEnabled("share", $"User;{i}"), enabled);
            on += enabled ? 1 : 0;
        }

        Assert.InRange(on, 300, 450);
        // Microsoft's own filter would put nobody into a bucket, too.
        Assert.False(await features.IsEnabledAsync("share", new TargetingContext { UserId = "" }));
        Assert.False(await features.IsEnabledAsync("share", new TargetingContext()));
        Assert.False(await features.IsEnabledAsync("share"));
    }

    [Fact]
    public async Task Groups_properties_and_deny_lists_count()
    {
        Assert.True(Expression.TryParse("""{"Equal":[{"Property":["plan"]},"pro"]}""", ExpressionRules.Strict, out Expression? expression, out _));
        fake.Set("early", new Gates { Groups = ["staff"] }).Set("plan", new Gates { Expression = expression }).Set("denied", new Gates { Boolean = true, DeniedActors = ["User;1"] });
        using ServiceProvider provider = Services().BuildServiceProvider();
        IFeatureManager features = provider.GetRequiredService<IFeatureManager>();
        var pro = new FlagsContext { UserId = "User;1", Properties = new Dictionary<string, JsonElement> { ["plan"] = JsonElement.Parse("\"pro\"") } };

        Assert.True(await features.IsEnabledAsync("early", new TargetingContext { UserId = "User;1", Groups = ["staff"] }));
        Assert.True(await features.IsEnabledAsync("early", new TargetingContext { Groups = new HashSet<string> { "staff" }.Where(_ => true) }));
        Assert.False(await features.IsEnabledAsync("early", new TargetingContext { UserId = "User;1", Groups = ["guests"] }));
        Assert.True(await features.IsEnabledAsync("plan", pro));
        Assert.False(await features.IsEnabledAsync("plan", new TargetingContext { UserId = "User;1" }));
        Assert.False(await features.IsEnabledAsync("denied", pro));
        Assert.True(await features.IsEnabledAsync("denied", new TargetingContext { UserId = "User;2" }));
    }

    [Fact]
    public async Task The_ambient_context_is_asked_when_none_is_given_and_one_that_throws_is_off()
    {
        fake.Set("mine", new Gates { Actors = ["User;7"] }).Set("denied", new Gates { Boolean = true, DeniedActors = ["User;1"] });
        var accessor = new Ambient { Now = new TargetingContext { UserId = "User;7" } };
        using ServiceProvider provider = Services().AddSingleton<ITargetingContextAccessor>(accessor).BuildServiceProvider();
        IFeatureManager features = provider.GetRequiredService<IFeatureManager>();

        Assert.True(await features.IsEnabledAsync("mine"));
        Assert.True(await features.IsEnabledAsync("denied"));
        accessor.Now = null;
        Assert.False(await features.IsEnabledAsync("mine"));
        accessor.Fails = true;
        Assert.False(await features.IsEnabledAsync("mine"));
        Assert.False(await features.IsEnabledAsync("denied"));
    }

    [Fact]
    public async Task Two_registrations_add_no_filter_twice()
    {
        fake.Set("mine", new Gates { Actors = ["User;7"] });
        IServiceCollection services = Services();
        services.AddFlagsFeatureManagement();
        services.AddFeatureManagement();
        using ServiceProvider provider = services.AddFakeFlags(fake).BuildServiceProvider();
        Assert.True(await provider.GetRequiredService<IFeatureManager>().IsEnabledAsync("mine", new TargetingContext { UserId = "User;7" }));
    }

    [Fact]
    public async Task Scoped_registration_asks_the_scope_who_is_present()
    {
        fake.Set("mine", new Gates { Actors = ["User;7"] });
        var services = new ServiceCollection();
        services.AddScoped<ITargetingContextAccessor>(_ => new Ambient { Now = new TargetingContext { UserId = "User;7" } });
        services.AddScopedFlagsFeatureManagement();
        using ServiceProvider provider = services.AddFakeFlags(fake).BuildServiceProvider(validateScopes: true);
        await using AsyncServiceScope scope = provider.CreateAsyncScope();
        Assert.True(await scope.ServiceProvider.GetRequiredService<IFeatureManager>().IsEnabledAsync("mine"));
    }

    [Fact]
    public async Task A_snapshot_manager_keeps_its_first_answer_so_it_is_not_for_workers()
    {
        fake.Enable("beta");
        using ServiceProvider provider = Services().BuildServiceProvider();
        await using AsyncServiceScope scope = provider.CreateAsyncScope();
        IFeatureManagerSnapshot kept = scope.ServiceProvider.GetRequiredService<IFeatureManagerSnapshot>();
        Assert.True(await kept.IsEnabledAsync("beta"));
        fake.Hold("beta");
        Assert.True(await kept.IsEnabledAsync("beta"));
        Assert.False(await scope.ServiceProvider.GetRequiredService<IFeatureManager>().IsEnabledAsync("beta"));
    }

    [Fact]
    public async Task A_context_of_a_strange_type_falls_back_to_whoever_is_present()
    {
        fake.Set("mine", new Gates { Actors = ["User;7"] });
        using ServiceProvider provider = Services().AddSingleton<ITargetingContextAccessor>(new Ambient { Now = new TargetingContext { UserId = "User;7" } }).BuildServiceProvider();
        // Not ours to change; the documentation warns.
        Assert.True(await provider.GetRequiredService<IFeatureManager>().IsEnabledAsync("mine", new Version(1, 0)));
    }

    [Fact]
    public async Task Checks_are_counted_once_whichever_way_they_came()
    {
        fake.Enable("on").Set("mine", new Gates { Actors = ["User;7"] });
        using ServiceProvider provider = Services().BuildServiceProvider();
        IFeatureManager features = provider.GetRequiredService<IFeatureManager>();
        await features.IsEnabledAsync("on");
        await features.IsEnabledAsync("mine", new TargetingContext { UserId = "User;7" });
        await features.IsEnabledAsync("mine", new TargetingContext { UserId = "User;8" });
        Assert.Equal([("mine", (1L, 1L)), ("on", (1L, 0L))], fake.Client.Holder.Counters().OrderBy(one => one.Feature, StringComparer.Ordinal).Select(one => (one.Feature, one.Counter.Total)));
    }

    private IServiceCollection Services()
    {
        var services = new ServiceCollection();
        services.AddFlagsFeatureManagement();
        return services.AddFakeFlags(fake);
    }

    private static async Task<List<string>> NamesAsync(IFeatureManager features)
    {
        var names = new List<string>();
        await foreach (string name in features.GetFeatureNamesAsync())
            names.Add(name);
        return names;
    }

    private sealed class Ambient : ITargetingContextAccessor
    {
        public TargetingContext? Now { get; set; }

        public bool Fails { get; set; }

        public ValueTask<TargetingContext> GetContextAsync() =>
            Fails ? throw new InvalidOperationException("nobody is signed in") : ValueTask.FromResult(Now!);
    }
}
