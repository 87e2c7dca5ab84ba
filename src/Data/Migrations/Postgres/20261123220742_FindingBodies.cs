using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageInsight.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class FindingBodies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "bodies",
                table: "findings",
                type: "bytea",
                nullable: false,
                defaultValue: new byte[0]);

            migrationBuilder.AddColumn<string>(
                name: "known_as_json",
                table: "findings",
                type: "text",
                nullable: false,
                defaultValue: "[]");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "bodies",
                table: "findings");

            migrationBuilder.DropColumn(
                name: "known_as_json",
                table: "findings");
        }
    }
}
