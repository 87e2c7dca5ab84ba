using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageInsight.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Bases : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "base_json",
                table: "images",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "chain_id",
                table: "images",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "offers",
                table: "images",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_images_chain_id",
                table: "images",
                column: "chain_id");

            migrationBuilder.CreateIndex(
                name: "IX_images_offers",
                table: "images",
                column: "offers");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_images_chain_id",
                table: "images");

            migrationBuilder.DropIndex(
                name: "IX_images_offers",
                table: "images");

            migrationBuilder.DropColumn(
                name: "base_json",
                table: "images");

            migrationBuilder.DropColumn(
                name: "chain_id",
                table: "images");

            migrationBuilder.DropColumn(
                name: "offers",
                table: "images");
        }
    }
}
