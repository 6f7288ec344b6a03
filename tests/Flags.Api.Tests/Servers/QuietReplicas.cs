using Flags.Testing;

namespace Flags.Api.Tests;

/// <summary>Two servers on one database; the second pings no stream, and so does by itself no read that would notice a change: what is told there is told by the change feed.</summary>
public sealed class QuietReplicas : Replicas
{
    protected override TimeProvider Time { get; } = new FakeTime();
}
