using Flags.Core;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>Says at start what is wrong.</summary>
internal sealed class FlagsWorkerOptionsValidator : IValidateOptions<FlagsWorkerOptions>
{
    public ValidateOptionsResult Validate(string? name, FlagsWorkerOptions options)
    {
        string[] problems = [.. new[]
        {
            Text("FLAGS_WORKER_ROLE (FlagsWorkerOptions.Role)", options.Role), Text("FLAGS_WORKER_VERSION (FlagsWorkerOptions.Version)", options.Version), Text("FlagsWorkerOptions.Id", options.Id),
            Heartbeat(options.Heartbeat), Folder(options.ReadyFile),
        }.OfType<string>()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? Text(string option, string? text) =>
        text is { Length: > 0 and <= Limits.WorkerText } ? null : $"{option} must have 1 to {Limits.WorkerText} characters.";

    private static string? Heartbeat(TimeSpan every) =>
        every >= FlagsWorkerOptions.ShortestHeartbeat && every <= FlagsWorkerOptions.LongestHeartbeat ? null
        : $"FlagsWorkerOptions.Heartbeat must be from {FlagsWorkerOptions.ShortestHeartbeat.TotalSeconds} s to {FlagsWorkerOptions.LongestHeartbeat.TotalSeconds} s.";

    private static string? Folder(string? file) =>
        file is null || Path.GetDirectoryName(Path.GetFullPath(file)) is { } folder && Directory.Exists(folder) ? null
        : $"FLAGS_READY_FILE (FlagsWorkerOptions.ReadyFile) is {file}, whose folder does not exist. Create it, or choose another such as /tmp/ready.";
}
