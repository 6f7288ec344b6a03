namespace Flags.Client;

/// <summary>How far a snapshot or an event is: by generation, then by version.</summary>
internal readonly record struct Position(long Generation, long Version) : IComparable<Position>
{
    public int CompareTo(Position other) =>
        Generation == other.Generation ? Version.CompareTo(other.Version) : Generation.CompareTo(other.Generation);

    public static bool operator <(Position one, Position other) => one.CompareTo(other) < 0;

    public static bool operator >(Position one, Position other) => one.CompareTo(other) > 0;

    public static bool operator <=(Position one, Position other) => one.CompareTo(other) <= 0;

    public static bool operator >=(Position one, Position other) => one.CompareTo(other) >= 0;

    /// <summary>As <c>Last-Event-ID</c> says it.</summary>
    public override string ToString() => $"{Generation}:{Version}";
}
