using Flags.Core;

namespace Flags.Client;

/// <summary>Where the server is and how to talk to it. The environment is read first, then what the code sets.</summary>
public sealed class FlagsOptions
{
    internal static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(5), ShortestPoll = TimeSpan.FromSeconds(1), LongestPoll = TimeSpan.FromHours(1);

    /// <summary>The server's address, http or https; a path in it is kept. <c>FLAGS_URL</c>, default <c>http://127.0.0.1:5180</c>.</summary>
    public string Url { get; set; } = "http://127.0.0.1:5180";

    /// <summary>The key, <c>flg_…</c>. <c>FLAGS_API_KEY</c>; null takes <see cref="ApiKeyFile"/>. One of the two is needed.</summary>
    public string? ApiKey { get; set; }

    /// <summary>A file with nothing but the key, read again when the server refuses the key (401), since secrets rotate. <c>FLAGS_API_KEY_FILE</c>.</summary>
    public string? ApiKeyFile { get; set; }

    /// <summary>How long one call may take: more than 0, at most 5 min, default 5 s. <c>FLAGS_TIMEOUT</c>, such as <c>5s</c> or <c>500ms</c>.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How changes are learned; default <see cref="FlagsMode.Stream"/>: milliseconds after they happen.</summary>
    public FlagsMode Mode { get; set; }

    /// <summary>How often <see cref="FlagsMode.Poll"/> asks, give or take a fifth: 1 s to 1 h, default 10 s.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long after the server's last word the snapshot counts as stale; checks go on. Null (default): 30 s, or three poll intervals when polling.
    /// </summary>
    public TimeSpan? StaleAfter { get; set; }

    /// <summary>
    /// Where the last snapshot is kept (mode 0600), so that a process that starts while the server is down has features. Its folder must exist.
    /// Null (default) keeps none. <c>FLAGS_SNAPSHOT_FILE</c>.
    /// </summary>
    public string? SnapshotFile { get; set; }

    /// <summary>The largest snapshot that is read, from the server and from the disk: 1 KiB or more, default 64 MiB.</summary>
    public int MaxSnapshotBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Whether the server is told how often features are asked; default true.</summary>
    public bool ReportUsage { get; set; } = true;

    /// <summary>
    /// Groups that this app decides, by name: whether an actor is in it. Called in every check that comes to the group, from many threads; must
    /// be fast. If one throws, the feature is off in that check, and that is logged once.
    /// </summary>
    public IDictionary<string, Func<Actor, bool>> Groups { get; } = new Dictionary<string, Func<Actor, bool>>(StringComparer.Ordinal);

    /// <summary>What <see cref="FlagsClient.IsEnabledAsync"/> does while nothing is known; default <see cref="Client.WhenUnavailable.Off"/>, which is fail closed.</summary>
    public WhenUnavailable WhenUnavailable { get; set; }

    /// <summary>The clock for waiting; <c>AddFlags</c> takes the registered one, default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>The chance in pauses and in % of time.</summary>
    internal Func<double> Random { get; set; } = System.Random.Shared.NextDouble;

    internal TimeSpan Staleness => StaleAfter ?? (Mode == FlagsMode.Poll && 3 * PollInterval > TimeSpan.FromSeconds(30) ? 3 * PollInterval : TimeSpan.FromSeconds(30));

    /// <summary>Address and time limit; never a key.</summary>
    public override string ToString() => $"Url = {Url}, Timeout = {Timeout.TotalSeconds} s, Mode = {Mode}, WhenUnavailable = {WhenUnavailable}";
}
