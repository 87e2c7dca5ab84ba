using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageInsight.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Packages : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "package_count",
                table: "images",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "package_files_omitted",
                table: "images",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "packages",
                columns: table => new
                {
                    analysis_id = table.Column<Guid>(type: "uuid", nullable: false),
                    position = table.Column<int>(type: "integer", nullable: false),
                    ecosystem = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: false),
                    purl = table.Column<string>(type: "text", nullable: false),
                    found_at = table.Column<string>(type: "text", nullable: false),
                    layer = table.Column<int>(type: "integer", nullable: false),
                    disk_bytes = table.Column<long>(type: "bigint", nullable: false),
                    pull_bytes = table.Column<long>(type: "bigint", nullable: false),
                    dead_bytes = table.Column<long>(type: "bigint", nullable: false),
                    files = table.Column<int>(type: "integer", nullable: false),
                    needs = table.Column<byte[]>(type: "bytea", nullable: false),
                    on_purpose = table.Column<bool>(type: "boolean", nullable: true),
                    development = table.Column<bool>(type: "boolean", nullable: false),
                    owned_by = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_packages", x => new { x.analysis_id, x.position });
                    table.ForeignKey(
                        name: "FK_packages_analyses_analysis_id",
                        column: x => x.analysis_id,
                        principalTable: "analyses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_packages_name_version",
                table: "packages",
                columns: new[] { "name", "version" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "packages");

            migrationBuilder.DropColumn(
                name: "package_count",
                table: "images");

            migrationBuilder.DropColumn(
                name: "package_files_omitted",
                table: "images");
        }
    }
}
