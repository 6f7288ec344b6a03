using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Flags.Store.Migrations;

/// <summary>Holds, leases and their functions; plain SQL, since no query of EF touches them.</summary>
[DbContext(typeof(FlagsDb))]
[Migration("20261121120000_DeploySafety")]
public sealed class DeploySafety : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        using Stream sql = typeof(DeploySafety).Assembly.GetManifestResourceStream("Flags.Store.Migrations.DeploySafety.sql")!;
        using var reader = new StreamReader(sql);
        migrationBuilder.Sql(reader.ReadToEnd());
    }

    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations only add within a major version.");
}
