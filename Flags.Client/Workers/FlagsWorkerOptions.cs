using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;

namespace Flags.Client;

/// <summary>What a worker says of itself. The environment is read first, then what the code sets.</summary>
public sealed class FlagsWorkerOptions
{
    internal static readonly TimeSpan ShortestHeartbeat = TimeSpan.FromSeconds(0.1), LongestHeartbeat = TimeSpan.FromSeconds(5);

    /// <summary>What it works as, 1 to 255 characters: all that can stand in for each other have one role. <c>FLAGS_WORKER_ROLE</c>, default the program's name.</summary>
    public string Role { get; set; } = Assembly.GetEntryAssembly()?.GetName().Name ?? "worker";

    /// <summary>Which version of the program it is, 1 to 255 characters. <c>FLAGS_WORKER_VERSION</c>, default the program's informational version.</summary>
    public string Version { get; set; } = Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    /// <summary>One life of this process, 1 to 255 characters; default the machine, the process id and a random number. States never go back, so no two processes may have one id.</summary>
    public string Id { get; set; } = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}-{Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant()}");

    /// <summary>How often it reports, and how often the ready file is touched: 0.1 s to 5 s, default 5 s. The server counts a worker that was not heard for 15 s as lost.</summary>
    public TimeSpan Heartbeat { get; set; } = LongestHeartbeat;

    /// <summary>
    /// A file that exists while the worker is ready, written at once as a whole and touched with every heartbeat, for a container's health check:
    /// <c>flags health --file F --max-age 20s</c>. Its folder must exist. <c>FLAGS_READY_FILE</c>, default null: none.
    /// </summary>
    public string? ReadyFile { get; set; }

    /// <summary>Awaited after the host has started, before the worker is ready: warm caches, connect. Its token fires when the worker becomes quiet. Null (default) is ready at once; one that fails is logged, and the worker never becomes ready.</summary>
    public Func<CancellationToken, Task>? ReadyWhen { get; set; }

    /// <summary>How long the server has to hear that it has stopped.</summary>
    internal TimeSpan LastWord { get; set; } = TimeSpan.FromSeconds(1);
}
