using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace Flags.Store;

/// <summary>Keys for cookies and forms in PostgreSQL, so that replicas and restarts sign nobody out.</summary>
internal sealed class DataProtectionKeys(Database database) : IXmlRepository
{
    private const string TakeLock = "select pg_advisory_xact_lock(1179402568, 2)";

    private static readonly TimeSpan Life = TimeSpan.FromDays(90);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using NpgsqlConnection connection = database.Source.OpenConnection();
        using var command = new NpgsqlCommand("select xml from auth.data_protection_keys order by id", connection);
        using NpgsqlDataReader reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read())
            elements.Add(XElement.Parse(reader.GetString(0)));
        return elements;
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using NpgsqlConnection connection = database.Source.OpenConnection();
        using var command = Sql.Command(connection,
            "insert into auth.data_protection_keys (name, xml) values ($1, $2) on conflict (name) do nothing",
            Sql.Of(friendlyName), Sql.Of(element.ToString(SaveOptions.DisableFormatting)));
        command.ExecuteNonQuery();
    }

    /// <summary>Makes the first key under a lock: of two replicas started together, each would make one and not see the other's for a day.</summary>
    public static Task<bool> PrepareAsync(Database database, IKeyManager keys, CancellationToken cancellation) =>
        database.TransactAsync(async (connection, transaction) =>
        {
            await using var command = new NpgsqlCommand(TakeLock, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellation);
            if (keys.GetAllKeys().Count > 0)
                return false;
            DateTimeOffset now = await NowAsync(connection, transaction, cancellation);
            keys.CreateNewKey(now, now + Life);
            return true;
        }, cancellation);

    private static async Task<DateTimeOffset> NowAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection, transaction);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellation))!);
    }
}
