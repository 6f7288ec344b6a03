using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Flags.Store.Migrations;

/// <summary>Claims, workers and their functions, and renewals that a successor ends; plain SQL, since no query of EF touches them.</summary>
[DbContext(typeof(FlagsDb))]
[Migration("20261121140000_ClaimsAndWorkers")]
public sealed class ClaimsAndWorkers : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        using Stream sql = typeof(ClaimsAndWorkers).Assembly.GetManifestResourceStream("Flags.Store.Migrations.ClaimsAndWorkers.sql")!;
        using var reader = new StreamReader(sql);
        migrationBuilder.Sql(reader.ReadToEnd());
    }

    protected override void Down(MigrationBuilder migrationBuilder) => throw new NotSupportedException("Migrations only add within a major version.");
}
