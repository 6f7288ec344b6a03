using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Flags.Store.Migrations
{
    /// <inheritdoc />
    public partial class KeyUses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "last_used_client",
                schema: "auth",
                table: "keys",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "old_used_at",
                schema: "auth",
                table: "keys",
                type: "timestamp with time zone",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "last_used_client",
                schema: "auth",
                table: "keys");

            migrationBuilder.DropColumn(
                name: "old_used_at",
                schema: "auth",
                table: "keys");
        }
    }
}
