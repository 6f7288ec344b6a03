using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Flags.Client;

/// <summary>The meter and the activity source <c>Flags.Client</c>.</summary>
internal sealed class ClientMeter : IDisposable
{
    public const string Name = "Flags.Client";

    private readonly Meter meter = new(Name);

    public ClientMeter(SnapshotHolder holder, Contact contact)
    {
        Connects = meter.CreateCounter<long>("flags.client.connects", "{connect}", "Streams of changes that were asked for.");
        Failures = meter.CreateCounter<long>("flags.client.failures", "{failure}", "Rounds that ended without a usable answer, or whose stream broke.");
        UsageFailures = meter.CreateCounter<long>("flags.client.usage.failures", "{report}", "Reports of usage that will be sent again.");
        meter.CreateObservableCounter("flags.client.checks", () => Checks(holder), "{check}", "Checks of features that exist, by their answer.");
        meter.CreateObservableGauge("flags.client.snapshot.age", () => Ages(contact), "s", "Since the server last said that the snapshot is current.");
        meter.CreateObservableGauge("flags.client.snapshot.version", () => holder.Current.Version, "{version}", "The version of the snapshot.");
        meter.CreateObservableGauge("flags.client.stale", () => contact.IsStale ? 1 : 0, "{client}", "1 while the snapshot may be out of date.");
    }

    public static ActivitySource Activities { get; } = new(Name);

    public Counter<long> Connects { get; }

    public Counter<long> Failures { get; }

    public Counter<long> UsageFailures { get; }

    public void Dispose() => meter.Dispose();

    private static IEnumerable<Measurement<double>> Ages(Contact contact) => contact.Age is { } age ? [new(age.TotalSeconds)] : [];

    private static IEnumerable<Measurement<long>> Checks(SnapshotHolder holder)
    {
        long on = 0, off = 0;
        foreach ((_, Core.CheckCounter counter) in holder.Counters())
            (on, off) = (on + counter.Total.On, off + counter.Total.Off);
        return [new(on, new KeyValuePair<string, object?>("enabled", true)), new(off, new KeyValuePair<string, object?>("enabled", false))];
    }
}
