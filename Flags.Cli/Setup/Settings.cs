using Flags.Client;

namespace Flags.Cli;

/// <summary>Where the server is and with which key: options before the environment before the login.</summary>
/// <param name="Options">For the SDK.</param>
/// <param name="KeyFileOption">The file of <c>--api-key-file</c>; null when the key comes from elsewhere.</param>
internal sealed record Settings(FlagsOptions Options, string? KeyFileOption)
{
    /// <exception cref="SettingsException">Something is missing or wrong.</exception>
    public static Settings Read(string? server, string? keyFile)
    {
        var options = new FlagsOptions { ReportUsage = false };
        FlagsEnvironment.Apply(options, Environment.GetEnvironmentVariable);
        string? address = server ?? Environment.GetEnvironmentVariable("FLAGS_URL") switch { "" => null, var set => set };
        if (keyFile is not null)
            (options.ApiKey, options.ApiKeyFile) = (null, keyFile);
        bool hasKey = options is { ApiKey.Length: > 0 } or { ApiKeyFile.Length: > 0 };
        StoredLogin? login = address is null || !hasKey ? LoginFile.Read() : null;
        options.Url = address ?? login?.Url ?? options.Url;
        // A key is for the server it was stored for.
        if (!hasKey && login is not null && SameServer(login.Url, options.Url))
            options.ApiKey = login.ApiKey;
        Validate(options);
        return new Settings(options, keyFile);
    }

    /// <summary>Adds what a nested <c>flags</c> needs to find the same server.</summary>
    public Dictionary<string, string?> ForChild(Dictionary<string, string?> environment)
    {
        environment["FLAGS_URL"] = Options.Url;
        if (KeyFileOption is not null)
            (environment["FLAGS_API_KEY"], environment["FLAGS_API_KEY_FILE"]) = (null, Path.GetFullPath(KeyFileOption));
        return environment;
    }

    public static void Validate(FlagsOptions options)
    {
        if (new FlagsOptionsValidator().Validate(null, options) is { Failed: true } wrong)
        {
            bool noKey = options is { ApiKey: null or "", ApiKeyFile: null or "" };
            throw new SettingsException(noKey ? $"There is no key for {options.Url}." : wrong.Failures!.First(), Advice.Login);
        }
    }

    private static bool SameServer(string a, string b) => a.TrimEnd('/') == b.TrimEnd('/');
}
