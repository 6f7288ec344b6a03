namespace Flags.Client;

/// <summary>Where the server is and how to talk to it. The environment is read first, then what the code sets.</summary>
public sealed class FlagsOptions
{
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5);

    /// <summary>The server's address, http or https; a path in it is kept. <c>FLAGS_URL</c>, default <c>http://127.0.0.1:5180</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:5180";

    /// <summary>The key, <c>flg_…</c>. <c>FLAGS_API_KEY</c>; null takes <see cref="ApiKeyFile"/>. One of the two is needed.</summary>
    public string? ApiKey { get; set; }

    /// <summary>A file with nothing but the key, read again when the server refuses the key (401), since secrets rotate. <c>FLAGS_API_KEY_FILE</c>.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>How long one call may take: more than 0, at most 5 min, default 5 s. <c>FLAGS_TIMEOUT</c>, such as <c>5s</c> or <c>500ms</c>.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What a check answers when the server does not; default <see cref="Client.WhenUnavailable.Off"/>, which is fail closed.</summary>
    public WhenUnavailable WhenUnavailable { get; set; }

    /// <summary>The clock for waiting; <c>AddFlags</c> takes the registered one, default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Address and time limit; never a key.</summary>
    public override string ToString() => $"Url = {Url}, Timeout = {Timeout.TotalSeconds} s, WhenUnavailable = {WhenUnavailable}";
}
