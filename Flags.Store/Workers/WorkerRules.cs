using Flags.Core;

namespace Flags.Store;

/// <summary>What a worker may report. A message states the limit.</summary>
public static class WorkerRules
{
    /// <summary>The most of them that can be waited for, and of jobs in one.</summary>
    public const int Most = 10_000;

    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    /// <summary>Three heartbeats.</summary>
    public static readonly TimeSpan LostAfter = 3 * Heartbeat;

    private static readonly string[] States = ["starting", "ready", "quiet", "stopped"];

    /// <summary>Why a heartbeat is refused; null when it is not.</summary>
    public static Problem? Check(string id, Heartbeat beat)
    {
        var errors = new List<FieldError>();
        Required(errors, "id", id);
        Required(errors, "role", beat.Role);
        Required(errors, "version", beat.Version);
        if (!States.Contains(beat.State, StringComparer.Ordinal))
            errors.Add(new("state", $"must be one of {string.Join(", ", States)}"));
        FeatureRules.Text(errors, "host", beat.Host, Limits.WorkerText);
        if (beat.Leases is < 0 or > Most)
            errors.Add(new("leases", $"must be from 0 to {Most}"));
        return errors.Count > 0 ? Problems.Invalid("Correct the heartbeat and send it again.", errors) : null;
    }

    /// <summary>Why nobody can be told like this; null when somebody can.</summary>
    public static Problem? Check(InstructWorkers which)
    {
        var errors = new List<FieldError>();
        Required(errors, "role", which.Role);
        FeatureRules.Text(errors, "version", which.Version, Limits.WorkerText);
        FeatureRules.Text(errors, "exceptVersion", which.ExceptVersion, Limits.WorkerText);
        FeatureRules.Text(errors, "id", which.Id, Limits.WorkerText);
        return errors.Count > 0 ? Problems.Invalid("Correct the body and send it again.", errors) : null;
    }

    /// <summary>A worker that counts as ready: it is, it lives, and nobody told it to end.</summary>
    public static bool IsReady(WorkerInfo worker) => worker is { State: "ready", Lost: false, Instruction: "none" };

    private static void Required(List<FieldError> errors, string field, string text)
    {
        if (string.IsNullOrWhiteSpace(text))
            errors.Add(new(field, "must not be empty"));
        FeatureRules.Text(errors, field, text, Limits.WorkerText);
    }
}
