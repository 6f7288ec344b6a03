using Npgsql;

namespace Flags.Store;

/// <summary>What the database says of itself and of the servers that use it.</summary>
public sealed record ServerState
{
    /// <summary>PostgreSQL's version.</summary>
    public required string Postgres { get; init; }

    /// <summary>Where it is: host, database, role; never a password.</summary>
    public required string Where { get; init; }

    public required long Version { get; init; }

    /// <summary>Since when the database is the one it is: a restore or a lossy fail-over begins a new generation.</summary>
    public required DateTimeOffset GenerationSince { get; init; }

    /// <summary>How many servers listen for changes; each has one connection for that. Nought when a pooler hides them.</summary>
    public required int Servers { get; init; }
}

/// <summary>Reads it.</summary>
public sealed class ServerReads(Database database)
{
    private const string Read = """
        select current_setting('server_version'), current_database(), current_user, c.version, to_timestamp(g.start_seconds),
          (select count(*)::int from pg_stat_activity where datname = current_database() and application_name = 'flags listen')
        from flags.counter c, flags.generation g
        """;

    public Task<ServerState> ReadAsync(CancellationToken cancellation) => database.RunAsync(async connection =>
    {
        await using var command = new NpgsqlCommand(Read, connection);
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return new ServerState
        {
            Postgres = row.GetString(0),
            Where = $"{row.GetString(1)} as {row.GetString(2)} on {connection.Host}",
            Version = row.GetInt64(3),
            GenerationSince = row.GetFieldValue<DateTimeOffset>(4),
            Servers = row.GetInt32(5),
        };
    }, cancellation);
}
