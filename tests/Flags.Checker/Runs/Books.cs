using Npgsql;

namespace Flags.Checker;

/// <summary>What the database says at the end.</summary>
public static class Books
{
    private const string Audit = "select what, coalesce((change ->> 'hold')::uuid, '00000000-0000-0000-0000-000000000000'), xmin::text::bigint, coalesce(target, '') from flags.audit where what like 'hold.%' or what in ('feature.enable', 'feature.disable')";
    private const string Holds = "select id, ended_how, (extract(epoch from drained_at) * 1000000)::bigint, xmin::text::bigint from flags.holds";

    public static async Task ReadAsync(string connectionString, Client client)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand(Audit, connection))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
                client.Put(Line(client, Operation.AuditRow, row.GetGuid(1), row.GetString(3)) with { Outcome = row.GetString(0), Count = row.GetInt64(2) });
        }

        await using (var command = new NpgsqlCommand(Holds, connection))
        await using (NpgsqlDataReader row = await command.ExecuteReaderAsync())
        {
            while (await row.ReadAsync())
                client.Put(Line(client, Operation.HoldRow, row.GetGuid(0), "") with { Outcome = row.IsDBNull(1) ? null : row.GetString(1), At = row.IsDBNull(2) ? null : row.GetInt64(2), Count = row.GetInt64(3) });
        }
    }

    private static Event Line(Client client, Operation operation, Guid id, string target) =>
        client.Begin(operation, id, target.Length > 0 ? [target] : []) with { Answered = Clock.Now };
}
