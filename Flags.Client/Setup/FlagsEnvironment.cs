using Flags.Core;
using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>The environment variables <c>FLAGS_…</c>; an empty one is as good as none.</summary>
internal static class FlagsEnvironment
{
    /// <exception cref="OptionsValidationException">FLAGS_TIMEOUT is no duration.</exception>
    public static void Apply(FlagsOptions options, Func<string, string?> read)
    {
        if (read("FLAGS_URL") is { Length: > 0 } url)
            options.Url = url;
        if (read("FLAGS_API_KEY") is { Length: > 0 } key)
            options.ApiKey = key;
        if (read("FLAGS_API_KEY_FILE") is { Length: > 0 } file)
            options.ApiKeyFile = file;
        if (read("FLAGS_SNAPSHOT_FILE") is { Length: > 0 } snapshot)
            options.SnapshotFile = snapshot;
        if (read("FLAGS_TIMEOUT") is { Length: > 0 } text)
            options.Timeout = Duration.TryParse(text, out Duration timeout) ? timeout.Value : throw Refused($"FLAGS_TIMEOUT is \"{text}\": it {Duration.Expected}.");
    }

    public static OptionsValidationException Refused(params IEnumerable<string> problems) => new(Options.DefaultName, typeof(FlagsOptions), problems);
}
