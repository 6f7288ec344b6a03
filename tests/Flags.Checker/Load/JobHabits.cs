namespace Flags.Checker;

/// <summary>How the jobs of a scene behave. Shares are of all jobs that got in; times in milliseconds, lives in seconds.</summary>
public sealed record JobHabits
{
    public double LeastTtl { get; init; } = 10;

    public double MostTtl { get; init; } = 10;

    public double LeastWork { get; init; } = 1;

    public double MostWork { get; init; } = 2;

    /// <summary>Pause after a refusal.</summary>
    public double Pause { get; init; } = 2;

    /// <summary>Long polls instead of pauses; null polls.</summary>
    public TimeSpan? Wait { get; init; }

    /// <summary>Never leave.</summary>
    public double Dead { get; init; }

    /// <summary>Renew around the expiry.</summary>
    public double Late { get; init; }

    /// <summary>Write to the resource, some after the end of their lease.</summary>
    public double Write { get; init; }

    /// <summary>Start a sub-job, and leave while it is still entering.</summary>
    public double Family { get; init; }

    /// <summary>Of all jobs: ask for the slot of the one inside, and go on asking until it is theirs.</summary>
    public double Takeover { get; init; }

    /// <summary>Send the enter twice.</summary>
    public double Repeat { get; init; }
}
