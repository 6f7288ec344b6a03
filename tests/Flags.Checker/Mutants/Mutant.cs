using Flags.Testing;

namespace Flags.Checker;

/// <summary>One place of a function, rewritten.</summary>
public sealed record Rewrite(string Function, string Original, string Instead);

/// <summary>A plausible mistake, as rewrites of the database's functions, and the promise that it must be seen to break.</summary>
/// <param name="Name">For the command line.</param>
/// <param name="Mistake">In words.</param>
/// <param name="Breaks">The invariants of which at least one must be reported.</param>
/// <param name="Scene">The load that meets it soonest.</param>
/// <param name="Rewrites">What is changed.</param>
public sealed record Mutant(string Name, string Mistake, IReadOnlyList<int> Breaks, Func<Stage, CancellationToken, Task> Scene, params IReadOnlyList<Rewrite> Rewrites)
{
    /// <summary>Where it is met: at the functions, or through a server.</summary>
    public string Profile { get; init; } = "fast";

    /// <summary>When it shows only in how long somebody waits.</summary>
    public Tolerance? Tolerance { get; init; }

    public async Task ApplyAsync(string connectionString)
    {
        foreach (IGrouping<string, Rewrite> function in Rewrites.GroupBy(rewrite => rewrite.Function))
            await FunctionMutant.ApplyAsync(connectionString, function.Key, function.Select(rewrite => (rewrite.Original, rewrite.Instead)));
    }
}
