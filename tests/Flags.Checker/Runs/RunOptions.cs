namespace Flags.Checker;

/// <summary>What a run is.</summary>
public sealed record RunOptions
{
    /// <summary>fast and recovery at the store's functions, rest through one server, chaos through two that are broken.</summary>
    public string Profile { get; init; } = "fast";

    /// <summary>Chooses ids, times and who dies; the order of events stays the machine's.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How long at least, for a mutant at most.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Goes on until so many holds were drained, two minutes longer at most.</summary>
    public int Drains { get; init; }

    /// <summary>Goes on until so many waiters were woken by a release, two minutes longer at most.</summary>
    public int Wakes { get; init; }

    public Mutant? Mutant { get; init; }

    /// <summary>The figures of the design for waits, without head-room for a busy machine.</summary>
    public bool Strict { get; init; }

    /// <summary>Times of waits are not judged; tests of the mechanisms stand for them.</summary>
    public bool Unhurried { get; init; }

    /// <summary>Where the history of a broken run goes.</summary>
    public string Artifacts { get; init; } = Path.Combine("artifacts", "checker");

    public Tolerance Tolerance => Mutant?.Tolerance ?? (Strict ? Tolerance.Strict : Unhurried ? Tolerance.Unhurried : Tolerance.Shared);
}
