using System.Globalization;

namespace Flags.Store;

/// <summary>The embedded server's postgresql.conf, written anew at every start.</summary>
internal static class PostgresSettings
{
    public static string Text(bool durable, string logs, string socketFolder, int? tcpPort) => $"""
        # Written by Flags at every start. Settings of your own: ALTER SYSTEM SET …; they go to postgresql.auto.conf and win.
        listen_addresses = '{(tcpPort is null ? "" : "127.0.0.1")}'
        port = {(tcpPort ?? 5432).ToString(CultureInfo.InvariantCulture)}
        unix_socket_directories = '{(tcpPort is null ? Quote($"\"{socketFolder}\"") : "")}'
        unix_socket_permissions = 0700
        timezone = 'UTC'
        log_timezone = 'UTC'
        datestyle = 'iso, mdy'
        lc_messages = 'C'
        default_text_search_config = 'pg_catalog.english'
        jit = off
        {(durable ? Durable(logs) : ThrowAway)}
        """;

    // A file for each weekday, truncated a week later: bounded without anybody's care. Failing statements are the server's to
    // report and stay out, so what is left is start, stop, recovery and refused connections.
    private static string Durable(string logs) => $"""
        max_connections = 100
        fsync = on
        full_page_writes = on
        synchronous_commit = on
        max_wal_size = 256MB
        log_min_messages = log
        log_checkpoints = off
        logging_collector = on
        log_directory = '{Quote(logs)}'
        log_filename = 'postgres-%a.log'
        log_rotation_age = 1d
        log_rotation_size = 0
        log_truncate_on_rotation = on

        """;

    // Many test databases share it, each with connection pools of its own.
    private const string ThrowAway = """
        max_connections = 300
        fsync = off
        full_page_writes = off
        synchronous_commit = off
        wal_level = minimal
        max_wal_senders = 0
        wal_init_zero = off
        autovacuum = off
        log_min_messages = fatal

        """;

    private static string Quote(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal);
}
