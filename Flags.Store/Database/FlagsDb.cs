using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Flags.Store;

/// <summary>The one model and migration history: schema <c>flags</c> for features, <c>auth</c> for people and keys.</summary>
public sealed class FlagsDb(DbContextOptions<FlagsDb> options) : IdentityDbContext<Person, Role, Guid>(options)
{
    internal const string Schema = "flags";
    internal const string AuthSchema = "auth";
    internal const string MigrationsTable = "migrations";

    internal DbSet<FeatureRow> FeatureRows => Set<FeatureRow>();
    internal DbSet<AuditRow> AuditRows => Set<AuditRow>();
    internal DbSet<KeyRow> KeyRows => Set<KeyRow>();
    internal DbSet<SetupCode> SetupCodes => Set<SetupCode>();
    internal DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        if (SchemaVersion != IdentitySchemaVersions.Version3)
            throw new InvalidOperationException("Identity's schema must be version 3 wherever the model is built; see StoreServices.Configure.");
        base.OnModelCreating(builder);
        builder.HasDefaultSchema(Schema);
        builder.Entity<FeatureRow>(row =>
        {
            row.ToTable("features");
            row.Property(f => f.Name).UseCollation("C");
            row.HasIndex(f => f.Name).IsUnique();
            row.HasIndex(f => f.Version);
            row.HasIndex(f => f.Seen);
        });
        builder.Entity<AuditRow>(row =>
        {
            row.ToTable("audit");
            row.Property(a => a.Change).HasColumnType("json");
            row.Property(a => a.At).HasDefaultValueSql("clock_timestamp()");
            row.HasIndex(a => new { a.FeatureId, a.Version });
            row.HasIndex(a => a.At);
        });
        builder.Entity<CounterRow>(row => row.ToTable("counter", t => t.HasCheckConstraint("one_row", "id")));
        builder.Entity<GenerationRow>(row => row.ToTable("generation", t => t.HasCheckConstraint("one_row", "id")));
        builder.Entity<UsageRow>(row =>
        {
            row.ToTable("usage").HasKey(u => u.FeatureId);
            row.Property(u => u.FeatureId).ValueGeneratedNever();
        });
        builder.Entity<KeyRow>().ToTable("keys", AuthSchema).Property(k => k.Id).UseCollation("C");
        builder.Entity<SetupCode>().ToTable("setup_codes", AuthSchema).HasKey(c => c.Hash);
        builder.Entity<DataProtectionKey>().ToTable("data_protection_keys", AuthSchema).HasIndex(k => k.Name).IsUnique();
        builder.Entity<Person>().ToTable("people");
        builder.Entity<Role>().ToTable("roles");
        foreach (IMutableEntityType entity in builder.Model.GetEntityTypes())
            UseSnakeCase(entity);
    }

    private static void UseSnakeCase(IMutableEntityType entity)
    {
        if (entity.ClrType.Namespace != typeof(FlagsDb).Namespace || typeof(Person).IsAssignableFrom(entity.ClrType) || typeof(Role).IsAssignableFrom(entity.ClrType))
            entity.SetSchema(AuthSchema);
        if (entity.GetTableName() is { } table && !entity.IsMappedToJson())
            entity.SetTableName(SnakeCase(table.StartsWith("AspNet", StringComparison.Ordinal) ? table[6..] : table));
        if (entity.IsMappedToJson())
            return;
        foreach (IMutableProperty property in entity.GetProperties())
            property.SetColumnName(SnakeCase(property.Name));
    }

    private static string SnakeCase(string name)
    {
        var text = new StringBuilder();
        foreach (char c in name)
        {
            if (char.IsUpper(c) && text.Length > 0 && text[^1] != '_')
                text.Append('_');
            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
