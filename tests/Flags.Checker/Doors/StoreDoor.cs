using System.Collections.Concurrent;
using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Checker;

/// <summary>Straight to the store: thousands of calls a second, and no tick or server beside it.</summary>
public sealed partial class StoreDoor : Door
{
    private static readonly Caller Key = new("checker", "checker", CallerKind.Key, Permissions.Admin);

    private readonly ServiceProvider services;
    private readonly ConcurrentDictionary<string, StoredFeature> known = new();
    private readonly LeaseStore leases;
    private readonly HoldStore holds;
    private readonly FeatureStore store;

    private StoreDoor(ServiceProvider services) =>
        (this.services, leases, holds, store) = (services, services.GetRequiredService<LeaseStore>(), services.GetRequiredService<HoldStore>(), services.GetRequiredService<FeatureStore>());

    /// <param name="connectionString">A database; it is migrated first if it is empty.</param>
    /// <param name="longestLease">How long a guard lasts, less grace.</param>
    public static async Task<StoreDoor> OpenAsync(string connectionString, TimeSpan longestLease)
    {
        ServiceProvider services = new ServiceCollection().AddLogging().AddFlagsStore(new StoreOptions { ConnectionString = connectionString, LongestLease = longestLease, ReadPatience = Eventually.Deadline }, null).BuildServiceProvider();
        await services.GetRequiredService<StoreStartup>().PrepareAsync(CancellationToken.None);
        return new StoreDoor(services);
    }

    public override async Task CreateAsync(string feature, int? limit) =>
        known[feature] = Done(await store.CreateAsync(Key, new CreateFeature { Name = feature, Enabled = true, Limit = limit }, WriteOptions.None, CancellationToken.None)).Stored;

    public int IdOf(string feature) => known[feature].Id;

    /// <summary>As the server does: evaluate what is known, let the store compare the version, read anew when it has moved.</summary>
    public override async Task<Answer> EnterAsync(Entry entry)
    {
        for (int attempt = 1; ; attempt++)
        {
            StoredFeature feature = known[entry.Feature];
            EnterAnswer answer = await leases.EnterAsync(Key, new EnterAttempt
            {
                Id = entry.Id,
                FeatureId = feature.Id,
                Version = feature.Feature.Version,
                Open = feature.Feature.State == FeatureState.On,
                Limited = feature.Feature.Limit is not null,
                Ttl = entry.Ttl,
                Holder = "checker",
                Parent = entry.Parent,
                Takeover = entry.Takeover,
            }, CancellationToken.None);
            if (answer.Outcome != EnterOutcome.Stale || attempt == 5)
                return new Answer(Word(answer.Outcome), answer.Token, answer.ExpiresInSeconds);
            known[entry.Feature] = (await services.GetRequiredService<FeatureCache>().ReadAsync()).Set.Find(entry.Feature)!;
        }
    }

    public override async Task<Answer> RenewAsync(Guid id, long token, TimeSpan ttl)
    {
        RenewedLease lease = (await leases.RenewAsync(Key, [new LeaseToken(id, token)], ttl, CancellationToken.None))[0].Lease;
        return new Answer(lease.Outcome, token, lease.ExpiresInSeconds);
    }

    public override async Task<Answer> LeaveAsync(Guid id, long token) => new(await leases.LeaveAsync(Key, id, token, CancellationToken.None));

    public override async Task<Answer> PlaceAsync(Guid id, IReadOnlyList<string> features, TimeSpan ttl)
    {
        PlaceAnswer answer = await holds.PlaceAsync(Key, new PlaceAttempt { Id = id, FeatureIds = [.. features.Select(IdOf)], Holder = "checker", Reason = "a deploy", Ttl = ttl, MaxDuration = TimeSpan.FromHours(2) }, CancellationToken.None);
        return new Answer(Word(answer.Outcome), answer.Token, answer.ExpiresInSeconds);
    }

    public override async Task<Answer> ExtendAsync(Guid id, long token, TimeSpan ttl)
    {
        (string outcome, double seconds) = await holds.ExtendAsync(Key, id, token, ttl, CancellationToken.None);
        return new Answer(outcome, token, seconds);
    }

    public override async Task<Answer> DrainAsync(Guid id, TimeSpan? wait)
    {
        DrainAnswer answer = await holds.DrainAsync(Key, id, CancellationToken.None);
        return new Answer(answer.Outcome, answer.Token) { Count = answer.Inside, At = answer.DrainedAt is { } at ? Micros(at) : null };
    }

    public override async Task<Answer> ReleaseAsync(Guid id) => new(await holds.ReleaseAsync(Key, id, null, CancellationToken.None));

    public override async Task<Answer> RevokeAsync(Guid id) =>
        await holds.RevokeLeasesAsync(Key, id, "make room", CancellationToken.None) is { } told ? new Answer("revoked") { Count = told } : new Answer("ended");

    public override async Task<Answer> SwitchAsync(string feature, bool on)
    {
        Written done = Done(on ? await store.EnableAsync(Key, feature, WriteOptions.None, CancellationToken.None) : await store.DisableAsync(Key, feature, WriteOptions.None, CancellationToken.None));
        return new Answer(done.AuditId is null ? "unchanged" : "done");
    }

    public override async Task<Answer> SettleAsync(string feature) => new("settled") { Count = await leases.SettleAsync(IdOf(feature), CancellationToken.None) };

    public override async Task<Answer> WaiveAsync() => new(await services.GetRequiredService<RecoveryGuard>().WaiveAsync(Key, "nothing runs", CancellationToken.None) is null ? "none" : "done");

    public override bool IsOutage(Exception failure) => failure is StoreUnavailableException;

    public override ValueTask DisposeAsync() => services.DisposeAsync();

    private static Written Done(WriteResult result) => result as Written ?? throw new InvalidOperationException($"A feature was not written: {result}");

    private static string Word(EnterOutcome outcome) => outcome switch
    {
        EnterOutcome.IdReused => "id-reused",
        EnterOutcome.ParentLost => "parent-lost",
        EnterOutcome.ParentForeign => "parent-foreign",
        _ => $"{outcome}".ToLowerInvariant(),
    };

    private static string Word(PlaceOutcome outcome) => outcome == PlaceOutcome.IdReused ? "id-reused" : $"{outcome}".ToLowerInvariant();
}
