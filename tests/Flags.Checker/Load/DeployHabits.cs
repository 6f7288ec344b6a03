namespace Flags.Checker;

/// <summary>How the deploys of a scene behave. Shares are of all holds that were placed; times in milliseconds, lives in seconds.</summary>
public sealed record DeployHabits
{
    public double LeastTtl { get; init; } = 20;

    public double MostTtl { get; init; } = 20;

    /// <summary>Some longer than the pause that widens the race of an enter: who gets in wrongly must still meet the deploy.</summary>
    public double LeastStay { get; init; } = 1;

    public double MostStay { get; init; } = 35;

    public double LeastPause { get; init; } = 4;

    public double MostPause { get; init; } = 15;

    /// <summary>Between two looks whether it is drained.</summary>
    public double Poll { get; init; } = 1;

    /// <summary>Long polls instead of looks; null looks.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Never release.</summary>
    public double Dead { get; init; }

    /// <summary>Extend around the expiry.</summary>
    public double Late { get; init; }

    /// <summary>Extend in good time.</summary>
    public double Extend { get; init; }

    /// <summary>Tell the jobs to stop.</summary>
    public double Revoke { get; init; }
}
