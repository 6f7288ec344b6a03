using Flags.Core;

namespace Flags.Client;

/// <summary>
/// Features for unit tests of code that uses <see cref="FlagsClient"/>: no server, no network, every change seen by the next check. Checks are
/// evaluated as in production, over gates that the test sets. Thread-safe; one per test.
/// </summary>
/// <example><code>
/// using var fake = new FakeFlags();
/// fake.Enable("new_search");
/// var sut = new Search(fake.Client);
/// </code></example>
public sealed class FakeFlags : IDisposable, IAsyncDisposable
{
    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(365_000);

    private readonly object gate = new();
    private readonly FakeServer server;
    private readonly HttpClient http;
    private long version;

    /// <summary>Without features: all are off.</summary>
    /// <param name="configure">Groups of the app, clock; address and key are not used. Null for neither.</param>
    public FakeFlags(Action<FlagsOptions>? configure = null)
    {
        var options = new FlagsOptions { StaleAfter = Unlimited };
        configure?.Invoke(options);
        server = new FakeServer(this);
        http = new HttpClient(server) { BaseAddress = new Uri("http://fake.invalid") };
        Client = new FlagsClient(new FlagsApi(http), null, options, null);
        Client.Holder.Take(new SnapshotBody(1, 0, []));
        IsStale = false;
    }

    /// <summary>
    /// What the code under test is given. Enabling and disabling, <see cref="FlagsClient.EnterAsync"/> (without limits and parents) and <see cref="FlagsClient.HoldAsync"/>
    /// work; the rest of <see cref="FlagsClient.Api"/> is <see cref="FlagsUnavailableException"/>.
    /// </summary>
    public FlagsClient Client { get; }

    /// <summary>Whether the client believes that it has not heard from the server; false at first. Checks go on, waiting for a feature does not end.</summary>
    public bool IsStale
    {
        get => Client.IsStale;
        set
        {
            if (value)
                Client.Contact.Forget();
            else
                Client.Contact.Confirm();
        }
    }

    /// <summary>The holders of the leases on a feature, in no particular order: which jobs are inside.</summary>
    /// <param name="feature">It need not exist.</param>
    public IReadOnlyList<string> Inside(string feature) => server.Inside(feature);

    /// <summary>Turns a feature on for everyone; holds and deny lists stay.</summary>
    /// <param name="feature">Created if need be.</param>
    public FakeFlags Enable(string feature) => Change(feature, now => now with { Gates = Bare(now.Gates) with { Boolean = true } });

    /// <summary>Turns a feature off; holds and deny lists stay.</summary>
    /// <param name="feature">Created if need be.</param>
    public FakeFlags Disable(string feature) => Change(feature, now => now with { Gates = Bare(now.Gates) });

    /// <summary>Sets all gates of a feature.</summary>
    /// <param name="feature">Created if need be.</param>
    /// <param name="gates">Who gets it.</param>
    public FakeFlags Set(string feature, Gates gates)
    {
        ArgumentNullException.ThrowIfNull(gates);
        return Change(feature, now => now with { Gates = gates });
    }

    /// <summary>A deploy holds the feature: off for everyone, with <see cref="Reason.Held"/>, until <see cref="Release(string)"/>.</summary>
    /// <param name="feature">Created if need be.</param>
    public FakeFlags Hold(string feature) => Hold(feature, Guid.NewGuid(), "deploy", "a test");

    /// <summary>Ends the hold; the gates are as they were.</summary>
    /// <param name="feature">Created if need be.</param>
    public FakeFlags Release(string feature) => Change(feature, now => now with { Holds = [] });

    /// <summary>Deletes a feature; an unknown one is off.</summary>
    /// <param name="feature">It need not exist.</param>
    public FakeFlags Remove(string feature)
    {
        lock (gate)
            Client.Holder.Apply(new ChangeBody { Generation = 1, Version = ++version, Deleted = [feature] });
        return this;
    }

    /// <summary>Ends the client; checks go on answering.</summary>
    public void Dispose()
    {
        Client.Dispose();
        http.Dispose();
    }

    /// <summary>Ends the client; checks go on answering.</summary>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        http.Dispose();
    }

    /// <summary>The feature as the server would answer after a write; null when there is none.</summary>
    internal Feature? Find(string feature) => Client.Holder.Current.Find(feature) is not { } found ? null : new Feature
    {
        Name = found.Name,
        State = found.State,
        Held = found.Held,
        Gates = found.Gates,
        Version = found.Version,
    };

    internal FakeFlags Hold(string feature, Guid id, string holder, string reason) =>
        Change(feature, now => now with { Holds = [.. now.Holds.Where(hold => hold.Id != id), new SnapshotHold(id, holder, reason, Client.Options.TimeProvider.GetUtcNow(), Unlimited.TotalSeconds)] });

    internal void Release(string feature, Guid id) => Change(feature, now => now with { Holds = [.. now.Holds.Where(hold => hold.Id != id)] });

    private FakeFlags Change(string feature, Func<SnapshotFeature, SnapshotFeature> change)
    {
        ArgumentNullException.ThrowIfNull(feature);
        lock (gate)
        {
            SnapshotFeature now = Client.Holder.Find(feature) ?? new SnapshotFeature { Name = feature };
            Client.Holder.Apply(new ChangeBody { Generation = 1, Version = ++version, Features = [change(now) with { Version = version }] });
        }

        return this;
    }

    private static Gates Bare(Gates gates) => new() { DeniedActors = gates.DeniedActors, DeniedGroups = gates.DeniedGroups };
}
