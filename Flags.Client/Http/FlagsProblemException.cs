using Flags.Core;

namespace Flags.Client;

/// <summary>The server understood and refused: <see cref="Problem"/> says why and what to do. The message never has a key in it.</summary>
public sealed class FlagsProblemException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="problem">What the server said.</param>
    public FlagsProblemException(Problem problem)
        : base(Text(problem)) => Problem = problem;

    /// <summary>What the server said; <see cref="Core.Problem.Status"/> and the last word of <see cref="Core.Problem.Type"/> are for programs.</summary>
    public Problem Problem { get; }

    private static string Text(Problem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        return $"Flags refused ({problem.Status}): {problem.Detail} {problem.Next}";
    }
}
