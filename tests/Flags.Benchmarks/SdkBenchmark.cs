using System.Collections.Frozen;
using System.Globalization;
using Flags.Client;
using Flags.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.FeatureManagement;
using Microsoft.FeatureManagement.FeatureFilters;

namespace Flags.Benchmarks;

/// <summary>The SDK through its public API: what a check costs, and how soon another process sees a switch.</summary>
internal static class SdkBenchmark
{
    private const int Rotation = 16;

    private static volatile int _sink;

    public static async Task RunAsync(bool quick)
    {
        Checks(quick);
        Console.WriteLine();
        await FollowingBenchmark.RunAsync(quick);
    }

    private static void Checks(bool quick)
    {
        CompiledFeature[] features = EvaluationFeatures.Create();
        using var fake = new FakeFlags();
        fake.Client.Holder.Take(new SnapshotBody(2, 1, [.. features.Select(feature => new SnapshotFeature { Name = feature.Name, Gates = feature.Gates, Version = 1 })]));
        using ServiceProvider services = Services(fake, null), present = Services(fake, new TargetingContext { UserId = "550e8400-e29b-41d4-a716-446655440000" });
        Subject[] subjects = [.. ByName(fake.Client), .. Prepared(fake.Client), .. Microsofts(services, present)];
        IReadOnlyList<Figure> figures = Measurement.Run(EvaluationBenchmark.Floor(features.ToFrozenDictionary(feature => feature.Name, StringComparer.Ordinal)), subjects, quick);
        Measurement.Print(string.Create(CultureInfo.InvariantCulture, $"{features.Length} features"), figures);
    }

    private static IEnumerable<Subject> ByName(FlagsClient flags)
    {
        string[] booleans = EvaluationBenchmark.Names("boolean"), shares = EvaluationBenchmark.Names("share"), ids = Ids();
        Actor[] actors = [.. ids.Select(id => new Actor(id))];
        yield return new Subject("IsEnabled(name), boolean", count =>
        {
            int on = 0;
            for (int i = 0; i < count; i++)
                on += flags.IsEnabled(booleans[i & (Rotation - 1)]) ? 1 : 0;
            _sink = on;
        });
        yield return new Subject("IsEnabled(name, id), % of actors, id of 36 characters", count =>
        {
            int on = 0;
            for (int i = 0; i < count; i++)
                on += flags.IsEnabled(shares[i & (Rotation - 1)], ids[i & (Rotation - 1)]) ? 1 : 0;
            _sink = on;
        });
        yield return new Subject("IsEnabled(name, actor), % of actors, id of 36 characters", count =>
        {
            int on = 0;
            for (int i = 0; i < count; i++)
                on += flags.IsEnabled(shares[i & (Rotation - 1)], actors[i & (Rotation - 1)]) ? 1 : 0;
            _sink = on;
        });
    }

    private static IEnumerable<Subject> Prepared(FlagsClient flags)
    {
        PreparedFeature[] booleans = [.. EvaluationBenchmark.Names("boolean").Select(flags.Feature)], shares = [.. EvaluationBenchmark.Names("share").Select(flags.Feature)];
        string[] ids = Ids();
        yield return new Subject("prepared.IsEnabled(), boolean", count =>
        {
            int on = 0;
            for (int i = 0; i < count; i++)
                on += booleans[i & (Rotation - 1)].IsEnabled() ? 1 : 0;
            _sink = on;
        });
        yield return new Subject("prepared.IsEnabled(id), % of actors, id of 36 characters", count =>
        {
            int on = 0;
            for (int i = 0; i < count; i++)
                on += shares[i & (Rotation - 1)].IsEnabled(ids[i & (Rotation - 1)]) ? 1 : 0;
            _sink = on;
        });
    }

    private static IEnumerable<Subject> Microsofts(ServiceProvider services, ServiceProvider present)
    {
        IFeatureManager manager = services.GetRequiredService<IFeatureManager>(), ambient = present.GetRequiredService<IFeatureManager>();
        string[] booleans = EvaluationBenchmark.Names("boolean"), shares = EvaluationBenchmark.Names("share");
        TargetingContext[] contexts = [.. Ids().Select(id => new TargetingContext { UserId = id })];
        yield return Awaited("IFeatureManager, boolean", i => manager.IsEnabledAsync(booleans[i]));
        yield return Awaited("IFeatureManager, % of actors, ambient context", i => ambient.IsEnabledAsync(shares[i]));
        yield return Awaited("IFeatureManager, % of actors, context given", i => manager.IsEnabledAsync(shares[i], contexts[i]));
    }

    private static Subject Awaited(string name, Func<int, Task<bool>> check) => new(name, count =>
    {
        async Task<int> AllAsync()
        {
            int on = 0;
            for (int i = 0; i < count; i++)
                on += await check(i & (Rotation - 1)) ? 1 : 0;
            return on;
        }

        _sink = AllAsync().GetAwaiter().GetResult();
    });

    private static string[] Ids() => [.. Enumerable.Range(0, Rotation).Select(i => $"550e8400-e29b-41d4-a716-4466554400{i:00}")];

    private static ServiceProvider Services(FakeFlags fake, TargetingContext? who)
    {
        var services = new ServiceCollection();
        if (who is not null)
            services.AddSingleton<ITargetingContextAccessor>(new Present(who));
        services.AddFlagsFeatureManagement();
        return services.AddFakeFlags(fake).BuildServiceProvider();
    }

    private sealed class Present(TargetingContext who) : ITargetingContextAccessor
    {
        public ValueTask<TargetingContext> GetContextAsync() => ValueTask.FromResult(who);
    }
}
