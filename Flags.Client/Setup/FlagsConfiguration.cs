using System.Globalization;
using Flags.Core;
using Microsoft.Extensions.Configuration;

namespace Flags.Client;

/// <summary>Options from a section of the app's configuration, by hand: the general binder is not trim-safe.</summary>
internal static class FlagsConfiguration
{
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A value cannot be read.</exception>
    public static void Apply(FlagsOptions options, IConfiguration section)
    {
        options.Url = section[nameof(options.Url)] ?? options.Url;
        options.ApiKey = section[nameof(options.ApiKey)] ?? options.ApiKey;
        options.ApiKeyFile = section[nameof(options.ApiKeyFile)] ?? options.ApiKeyFile;
        options.SnapshotFile = section[nameof(options.SnapshotFile)] ?? options.SnapshotFile;
        options.Timeout = Read<TimeSpan>(section, nameof(options.Timeout), Time) ?? options.Timeout;
        options.PollInterval = Read<TimeSpan>(section, nameof(options.PollInterval), Time) ?? options.PollInterval;
        options.StaleAfter = Read<TimeSpan>(section, nameof(options.StaleAfter), Time) ?? options.StaleAfter;
        options.Mode = Read<FlagsMode>(section, nameof(options.Mode), Word<FlagsMode>) ?? options.Mode;
        options.WhenUnavailable = Read<WhenUnavailable>(section, nameof(options.WhenUnavailable), Word<WhenUnavailable>) ?? options.WhenUnavailable;
        options.ReportUsage = Read<bool>(section, nameof(options.ReportUsage), text => bool.TryParse(text, out bool yes) ? yes : null) ?? options.ReportUsage;
        options.MaxSnapshotBytes = Read<int>(section, nameof(options.MaxSnapshotBytes), Number) ?? options.MaxSnapshotBytes;
    }

    private static T? Read<T>(IConfiguration section, string name, Func<string, T?> parse)
        where T : struct
    {
        if (section[name] is not { Length: > 0 } text)
            return null;
        return parse(text) ?? throw FlagsEnvironment.Refused($"{name} in the configuration is \"{text}\", which is no {typeof(T).Name}.");
    }

    // As everywhere in Flags ("5s"), or as elsewhere in .NET ("00:00:05").
    private static TimeSpan? Time(string text) =>
        Duration.TryParse(text, out Duration duration) ? duration.Value
        : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time) ? time
        : null;

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static T? Word<T>(string text)
        where T : struct, Enum => Enum.TryParse(text, ignoreCase: true, out T word) && Enum.IsDefined(word) ? word : null;
}
