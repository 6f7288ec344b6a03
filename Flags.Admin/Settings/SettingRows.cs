using Flags.Core;
using Flags.Store;
using Microsoft.Extensions.Configuration;

namespace Flags.Admin;

/// <summary>One value of this server, and the variable that sets it; null when nothing does.</summary>
public sealed record SettingRow(string Name, string Value, string? Variable = null, string? Hint = null);

/// <summary>What this server is set to. Secrets are told as set or not set.</summary>
internal static class SettingRows
{
    public static IReadOnlyList<SettingRow> Server(IConfiguration configuration, string address) =>
    [
        new("Build", Visit.Build),
        new("Address", address, "Flags__PublicUrl", "In links and commands; https makes cookies Secure."),
        new("Listens on", Text(configuration, "urls") ?? "http://127.0.0.1:5180", "ASPNETCORE_URLS"),
        new("Environment", Text(configuration, "Flags:Environment") ?? "none", "Flags__Environment", "The chip at the top; production is amber."),
        new("Bootstrap key", Text(configuration, "Flags:Setup:AdminKey") is null ? "not set" : "set: whoever has it may do everything", "Flags__Setup__AdminKey"),
    ];

    public static IReadOnlyList<SettingRow> Database(IConfiguration configuration, ServerState? state)
    {
        bool embedded = configuration.GetConnectionString("Flags") is null;
        List<SettingRow> rows =
        [
            new("PostgreSQL", state is null ? "does not answer" : $"{state.Postgres.Split(' ')[0]}, {(embedded ? "embedded" : state.Where)}", "ConnectionStrings__Flags", "None: a private one of its own."),
        ];
        if (state is not null)
        {
            rows.Add(new("Servers on it", state.Servers == 0 ? "not known: a pooler hides them" : state.Servers.ToString("N0"), null, "Each listens for changes."));
            rows.Add(new("Generation", $"since {state.GenerationSince.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, version {state.Version:N0}", null, "A restore or a lossy fail-over begins another; clients load everything anew."));
        }

        if (embedded)
            rows.AddRange([new("Data folder", Text(configuration, "Flags:DataDir") ?? ".flags in the working directory; /var/lib/flags as root", "Flags__DataDir"), new("May fetch PostgreSQL", Text(configuration, "Flags:Embedded:Download") ?? "true", "Flags__Embedded__Download")]);
        else
            rows.AddRange([new("Migrations", Own(configuration, "FlagsMigrate"), "ConnectionStrings__FlagsMigrate"), new("Listening", Own(configuration, "FlagsListen"), "ConnectionStrings__FlagsListen", "For poolers that do not pass notifications on.")]);
        return rows;
    }

    public static IReadOnlyList<SettingRow> Times(StoreOptions options) =>
    [
        new("Lease", $"{Clock.Words(LeaseRules.Ttl(null, options.LongestLease))} unless a job asks for more, at most {Clock.Words(options.LongestLease)}", "Flags__Leases__MaxTtl", "Also how long the guard lasts after a fail-over."),
        new("Hold", $"{Clock.Words(HoldRules.DefaultTtl)} unless renewed, at most {Clock.Words(HoldRules.LongestTtl)} at once"),
        new("Hold, in all", $"{Clock.Words(HoldRules.DefaultDuration)}, at most {Clock.Words(HoldRules.LongestDuration)} if asked for"),
        new("Signed in", "12 h after the last click"),
        new("Reads wait for the database", $"{options.ReadPatience.TotalSeconds:0.###} s", "Flags__ReadPatience", "Then they are answered from memory, as stale."),
    ];

    public static readonly IReadOnlyList<SettingRow> Limit =
    [
        new("Actors of a gate", $"{Limits.Actors:N0}, of {Limits.ActorIdLength:N0} characters"),
        new("Groups of a gate", $"{Limits.Groups:N0}, of {Limits.GroupNameLength:N0} characters"),
        new("Expression", $"{Limits.ExpressionDepth} deep, {Limits.ExpressionNodes} functions"),
        new("Name of a feature", $"{FeatureName.MaxLength} characters"),
        new("Features of a hold", $"{HoldRules.MostFeatures:N0}"),
        new("Leases of a feature", $"{Limits.LeaseLimit:N0}"),
        new("Reason", $"{Limits.Reason:N0} characters"),
    ];

    public static readonly IReadOnlyList<SettingRow> Kept =
    [
        new("History, audit, ended holds", "for ever"),
        new("Ended leases", "1 day"),
        new("Set-up links", "24 h"),
        new("Old secret of a rotated key", $"as chosen, at most {Rotation.LongestKeep.TotalDays:0} days"),
    ];

    private static string? Text(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } text ? text : null;

    private static string Own(IConfiguration configuration, string name) => configuration.GetConnectionString(name) is null ? "same connection" : "a connection of its own";
}
