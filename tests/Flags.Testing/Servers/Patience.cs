using Npgsql;

namespace Flags.Testing;

/// <summary>Waits for the database that no pause of a busy machine outlasts, for every test that is not about them.</summary>
public static class Patience
{
    /// <summary>Before a read is answered with what is known (0.9 s), and before <c>/readyz</c> gives up (1.5 s).</summary>
    public static IReadOnlyDictionary<string, string?> OfReads { get; } = new Dictionary<string, string?> { ["Flags:ReadPatience"] = $"{Eventually.Deadline}" };

    /// <summary>For opening a connection (production: 2 s) and for a command (5 s).</summary>
    public static string Of(string connectionString) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Timeout = (int)Eventually.Deadline.TotalSeconds, CommandTimeout = (int)Eventually.Deadline.TotalSeconds }.ConnectionString;
}
