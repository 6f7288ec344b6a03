using Microsoft.Extensions.Options;

namespace Flags.Client;

/// <summary>Says at start what is missing and which variable sets it; never prints a key.</summary>
internal sealed class FlagsOptionsValidator : IValidateOptions<FlagsOptions>
{
    public ValidateOptionsResult Validate(string? name, FlagsOptions options)
    {
        string[] problems = [.. new[] { Url(options.Url), Key(options), Timeout(options.Timeout), Poll(options), Staleness(options), Size(options) }.OfType<string>()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? Url(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            return $"FLAGS_URL (FlagsOptions.Url) is \"{url}\", which is no address. Set it to something like https://flags.example.org";
        // Not printed: what stands before the @ is a secret.
        if (address.UserInfo.Length > 0)
            return "FLAGS_URL (FlagsOptions.Url) has a name or password in it. Set the address alone, and the key as FLAGS_API_KEY.";
        return address.Query.Length + address.Fragment.Length > 0
            ? "FLAGS_URL (FlagsOptions.Url) has a query or fragment. Set the address alone, such as https://flags.example.org"
            : null;
    }

    private static string? Key(FlagsOptions options) => options switch
    {
        { ApiKey: null or "", ApiKeyFile: null or "" } =>
            "There is no key. Set FLAGS_API_KEY (FlagsOptions.ApiKey), or FLAGS_API_KEY_FILE (FlagsOptions.ApiKeyFile) to a file with it; an admin mints keys.",
        { ApiKey.Length: > 0, ApiKeyFile.Length: > 0 } =>
            "FLAGS_API_KEY (FlagsOptions.ApiKey) and FLAGS_API_KEY_FILE (FlagsOptions.ApiKeyFile) are both set. Keep one of them.",
        { ApiKey: { Length: > 0 } key } =>
            KeyText.IsKey(key.Trim()) ? null : "FLAGS_API_KEY (FlagsOptions.ApiKey) has characters that no key has. Set it to the key alone, flg_…",
        { ApiKeyFile: var file } => File(file!),
    };

    private static string? File(string file)
    {
        try
        {
            return KeyText.IsKey(System.IO.File.ReadAllText(file).Trim()) ? null : $"The file {file} (FLAGS_API_KEY_FILE) does not have a key. Write the key alone into it, flg_…";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return $"The file {file} (FLAGS_API_KEY_FILE) cannot be read ({unreadable.GetType().Name}). Set it to a file with the key that this process may read.";
        }
    }

    private static string? Timeout(TimeSpan timeout) => timeout > TimeSpan.Zero && timeout <= FlagsOptions.LongestTimeout ? null
        : $"FLAGS_TIMEOUT (FlagsOptions.Timeout) is {timeout.TotalSeconds} s. Set it to more than 0 and at most {FlagsOptions.LongestTimeout.TotalSeconds} s.";

    private static string? Poll(FlagsOptions options) => options.PollInterval >= FlagsOptions.ShortestPoll && options.PollInterval <= FlagsOptions.LongestPoll ? null
        : $"FlagsOptions.PollInterval is {options.PollInterval.TotalSeconds} s. Set it to 1 s to 1 h.";

    private static string? Staleness(FlagsOptions options) => options.StaleAfter is not { } after || after > TimeSpan.Zero ? null
        : $"FlagsOptions.StaleAfter is {after.TotalSeconds} s. Set it to more than 0, or leave it null.";

    private static string? Size(FlagsOptions options) => options.MaxSnapshotBytes >= 1024 ? null
        : $"FlagsOptions.MaxSnapshotBytes is {options.MaxSnapshotBytes}. Set it to 1024 or more.";
}
