using System.Diagnostics;

namespace Flags.Checker;

/// <summary>CLOCK_MONOTONIC in microseconds: comparable between processes of one machine, deaf to steps of the wall clock.</summary>
public static class Clock
{
    public const long Second = 1_000_000, Millisecond = 1_000;

    public static long Now => (long)(Stopwatch.GetTimestamp() * (1_000_000.0 / Stopwatch.Frequency));

    public static long Of(double seconds) => (long)(seconds * Second);
}
