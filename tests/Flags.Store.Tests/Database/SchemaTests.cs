using Flags.Testing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Flags.Store.Tests;

public sealed class SchemaTests
{
    [Fact]
    public async Task The_migrations_make_exactly_the_model()
    {
        await using Store store = await Store.OpenAsync();
        await using FlagsDb db = await store.Get<IDbContextFactory<FlagsDb>>().CreateDbContextAsync();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Equal(StoreStartup.NewestMigration, db.Database.GetMigrations().Last());
        Assert.Contains("user_passkeys", await TablesAsync(store));
    }

    [Fact]
    public async Task Servers_that_start_together_on_an_empty_database_migrate_it_once()
    {
        string connection = await TestPostgres.Shared.CreateDatabaseAsync(CancellationToken.None);
        Store[] stores = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.OpenAsync(connection)));
        Assert.Equal(1, await stores[0].SqlAsync<long>("select count(*) from flags.features"));
        Assert.Equal(1, await stores[0].SqlAsync<long>("select count(*) from flags.generation"));
        foreach (Store store in stores)
            await store.DisposeAsync();
    }

    [Fact]
    public async Task A_database_that_is_newer_than_the_server_is_fine()
    {
        await using Store store = await Store.OpenAsync();
        await store.SqlAsync<string>("""insert into flags.migrations ("MigrationId", "ProductVersion") values ('29990101000000_Later', '99') returning 'done'""");
        await using Store older = await Store.OpenAsync(store.ConnectionString);
        Assert.True((await older.GetAsync("jobs_processing")).Gates.Boolean);
    }

    [Theory]
    [InlineData("update flags.audit set reason = 'other' returning 'done'")]
    [InlineData("delete from flags.audit returning 'done'")]
    [InlineData("truncate flags.audit")]
    public async Task Audit_rows_cannot_be_changed_or_removed(string sql)
    {
        await using Store store = await Store.OpenAsync();
        PostgresException refused = await Assert.ThrowsAsync<PostgresException>(() => store.SqlAsync<string>(sql));
        Assert.Contains("never changed or deleted", refused.MessageText);
    }

    [Fact]
    public async Task A_database_copied_or_restored_continues_with_a_larger_generation_and_a_guard()
    {
        await using Store first = await Store.OpenAsync();
        long before = await first.SqlAsync<long>("select start_seconds from flags.generation");
        await using Store again = await Store.OpenAsync(first.ConnectionString);
        Assert.Equal(before, await again.SqlAsync<long>("select start_seconds from flags.generation"));
        await first.SqlAsync<string>("update flags.generation set database_oid = 1 returning 'done'");
        await using Store restored = await Store.OpenAsync(first.ConnectionString);
        Assert.True(await restored.SqlAsync<long>("select start_seconds from flags.generation") > before);
        Assert.True(await restored.SqlAsync<bool>("select guard_until > clock_timestamp() from flags.generation"));
    }

    private static Task<string> TablesAsync(Store store) => store.SqlAsync<string>("select string_agg(table_name, ' ') from information_schema.tables where table_schema = 'auth'");
}
