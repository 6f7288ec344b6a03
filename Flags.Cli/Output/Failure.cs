using Flags.Client;
using Flags.Core;
using Microsoft.Extensions.Options;

namespace Flags.Cli;

/// <summary>From what went wrong to what is said and how the process ends.</summary>
internal static class Failure
{
    private const string Debug = "FLAGS_DEBUG";

    /// <param name="failure">What went wrong.</param>
    /// <param name="reporter">Is told.</param>
    /// <param name="feature">The feature that was asked for; null when it was none.</param>
    /// <param name="runsCommand">Whether a command would have been started: then 1 would be taken for its code.</param>
    public static int Report(Exception failure, Reporter reporter, string? feature, bool runsCommand)
    {
        (string name, string text, string? next, int code) = failure switch
        {
            FlagsProblemException refusal => (Advice.Slug(refusal.Problem), Detail(refusal.Problem), Advice.After(refusal.Problem, feature), Code(refusal.Problem, runsCommand)),
            FlagsUnavailableException outage => ("unreachable", outage.Message, Advice.Reach, ExitCode.Unreachable),
            OptionsValidationException wrong => ("configuration", string.Join(" ", wrong.Failures), Advice.Login, ExitCode.Configuration),
            SettingsException wrong => ("configuration", wrong.Message, wrong.Next, ExitCode.Configuration),
            UsageException wrong => ("usage", wrong.Message, wrong.Next, ExitCode.Usage),
            ArgumentException wrong => ("usage", wrong.Message, "flags --help", ExitCode.Usage),
            IOException or UnauthorizedAccessException => ("file", failure.Message, null, ExitCode.OwnFailure),
            _ => ("failure", $"{failure.GetType().Name}: {failure.Message}", $"repeat it with {Debug}=1 for the details and report them", ExitCode.OwnFailure),
        };
        reporter.Fail(name, text, next);
        if (Environment.GetEnvironmentVariable(Debug) == "1")
            reporter.Warn("debug", failure.ToString());
        return code;
    }

    private static string Detail(Problem problem) => problem.Errors is { Count: > 0 } errors && errors.All(error => !problem.Detail.Contains(error.Message, StringComparison.Ordinal))
        ? $"{problem.Detail} {string.Join("; ", errors.Select(error => $"{error.Field}: {error.Message}"))}"
        : problem.Detail;

    private static int Code(Problem problem, bool runsCommand) => problem.Status switch
    {
        401 or 403 => ExitCode.KeyRefused,
        423 => ExitCode.NotStarted,
        400 or 413 or 422 when runsCommand => ExitCode.Usage,
        409 when runsCommand => ExitCode.NotStarted,
        _ => runsCommand ? ExitCode.Configuration : ExitCode.Refused,
    };
}
