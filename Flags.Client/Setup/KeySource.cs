using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>The key in use; one from a file is read again when it was refused.</summary>
internal sealed partial class KeySource(FlagsOptions options, ILogger logger)
{
    private string? key = options.ApiKey is { Length: > 0 } given ? given.Trim() : FirstOf(options.ApiKeyFile);

    /// <exception cref="FlagsUnavailableException">The key's file cannot be read or has no key.</exception>
    public async ValueTask<string> CurrentAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref key) ?? await ReadAsync(cancellationToken).ConfigureAwait(false)
        ?? throw new FlagsUnavailableException($"The key cannot be read from {options.ApiKeyFile} (FLAGS_API_KEY_FILE).");

    /// <summary>Which key it is, without its secret: what a rotation leaves as it was. Empty for one that the server never minted.</summary>
    public string Id => Volatile.Read(ref key) is { Length: > 12 } known && known.StartsWith("flg_", StringComparison.Ordinal) ? known[..12] : "";

    /// <summary>Another key than the refused one, if there is one by now.</summary>
    public async ValueTask<string?> AfterRefusalAsync(string refused, CancellationToken cancellationToken)
    {
        if (options.ApiKeyFile is not { Length: > 0 } || await ReadAsync(cancellationToken).ConfigureAwait(false) is not { } now || now == refused)
            return null;
        return now;
    }

    // The validator read it a moment ago; whatever is wrong by now is said at the first call.
    private static string? FirstOf(string? file)
    {
        try
        {
            return file is { Length: > 0 } && File.ReadAllText(file).Trim() is var text && KeyText.IsKey(text) ? text : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async ValueTask<string?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            string text = (await File.ReadAllTextAsync(options.ApiKeyFile!, cancellationToken).ConfigureAwait(false)).Trim();
            if (KeyText.IsKey(text))
            {
                // Several calls may be refused at once; one of them finds the new key.
                if (Interlocked.Exchange(ref key, text) is { } before && before != text)
                    LogRotated(options.ApiKeyFile!);
                return text;
            }

            LogUnreadable(options.ApiKeyFile!, "it does not have a key");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(options.ApiKeyFile!, unreadable.GetType().Name);
        }

        return null;
    }

    [LoggerMessage(120, LogLevel.Information, "The server refused the key; {File} has another one, which is used now.")]
    private partial void LogRotated(string file);

    [LoggerMessage(121, LogLevel.Warning, "The key cannot be read from {File}: {Problem}.")]
    private partial void LogUnreadable(string file, string problem);
}
