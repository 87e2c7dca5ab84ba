using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageInsight.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Origins : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_analyses_uploads_upload_id",
                table: "analyses");

            migrationBuilder.RenameColumn(
                name: "upload_id",
                table: "analyses",
                newName: "origin_id");

            migrationBuilder.RenameIndex(
                name: "IX_analyses_upload_id_image_key",
                table: "analyses",
                newName: "IX_analyses_origin_id_image_key");

            migrationBuilder.AddColumn<string>(
                name: "layer_progress",
                table: "analyses",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "credentials",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "text", nullable: true),
                    registry = table.Column<string>(type: "text", nullable: false),
                    @protected = table.Column<byte[]>(name: "protected", type: "bytea", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pushed_blobs",
                columns: table => new
                {
                    digest = table.Column<string>(type: "text", nullable: false),
                    spool_name = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    used_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pushed_blobs", x => x.digest);
                });

            migrationBuilder.CreateTable(
                name: "pushed_manifests",
                columns: table => new
                {
                    repository = table.Column<string>(type: "text", nullable: false),
                    digest = table.Column<string>(type: "text", nullable: false),
                    media_type = table.Column<string>(type: "text", nullable: false),
                    bytes = table.Column<byte[]>(type: "bytea", nullable: false),
                    used_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pushed_manifests", x => new { x.repository, x.digest });
                });

            migrationBuilder.CreateTable(
                name: "pushed_tags",
                columns: table => new
                {
                    repository = table.Column<string>(type: "text", nullable: false),
                    tag = table.Column<string>(type: "text", nullable: false),
                    digest = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pushed_tags", x => new { x.repository, x.tag });
                });

            migrationBuilder.CreateTable(
                name: "watches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    reference = table.Column<string>(type: "text", nullable: false),
                    platform = table.Column<string>(type: "text", nullable: true),
                    credential_id = table.Column<Guid>(type: "uuid", nullable: true),
                    every_hours = table.Column<int>(type: "integer", nullable: false),
                    next_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    checked_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    last_digest = table.Column<string>(type: "text", nullable: true),
                    last_error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_watches", x => x.id);
                    table.ForeignKey(
                        name: "FK_watches_credentials_credential_id",
                        column: x => x.credential_id,
                        principalTable: "credentials",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "origins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    spool_name = table.Column<string>(type: "text", nullable: true),
                    sha256 = table.Column<string>(type: "text", nullable: true),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    dropped_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    reference = table.Column<string>(type: "text", nullable: true),
                    platform = table.Column<string>(type: "text", nullable: true),
                    credential_id = table.Column<Guid>(type: "uuid", nullable: true),
                    had_credential = table.Column<bool>(type: "boolean", nullable: false),
                    watch_id = table.Column<Guid>(type: "uuid", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_origins", x => x.id);
                    table.ForeignKey(
                        name: "FK_origins_credentials_credential_id",
                        column: x => x.credential_id,
                        principalTable: "credentials",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "FK_origins_watches_watch_id",
                        column: x => x.watch_id,
                        principalTable: "watches",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            // Uploads become origins; their table goes in the next migration, when nothing refers to it any more.
            migrationBuilder.Sql(
                "INSERT INTO origins (id, created_at, spool_name, sha256, bytes, dropped_at, had_credential) " +
                "SELECT id, created_at, spool_name, sha256, bytes, dropped_at, false FROM uploads");

            migrationBuilder.CreateIndex(
                name: "IX_credentials_name",
                table: "credentials",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_origins_credential_id",
                table: "origins",
                column: "credential_id");

            migrationBuilder.CreateIndex(
                name: "IX_origins_spool_name",
                table: "origins",
                column: "spool_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_origins_watch_id",
                table: "origins",
                column: "watch_id");

            migrationBuilder.CreateIndex(
                name: "IX_pushed_blobs_used_at",
                table: "pushed_blobs",
                column: "used_at");

            migrationBuilder.CreateIndex(
                name: "IX_watches_credential_id",
                table: "watches",
                column: "credential_id");

            migrationBuilder.CreateIndex(
                name: "IX_watches_next_at",
                table: "watches",
                column: "next_at");

            migrationBuilder.AddForeignKey(
                name: "FK_analyses_origins_origin_id",
                table: "analyses",
                column: "origin_id",
                principalTable: "origins",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_analyses_origins_origin_id",
                table: "analyses");

            migrationBuilder.Sql(
                "INSERT INTO uploads (id, created_at, spool_name, sha256, bytes, dropped_at) " +
                "SELECT id, created_at, spool_name, sha256, bytes, dropped_at FROM origins WHERE spool_name IS NOT NULL");

            migrationBuilder.DropTable(
                name: "origins");

            migrationBuilder.DropTable(
                name: "pushed_blobs");

            migrationBuilder.DropTable(
                name: "pushed_manifests");

            migrationBuilder.DropTable(
                name: "pushed_tags");

            migrationBuilder.DropTable(
                name: "watches");

            migrationBuilder.DropTable(
                name: "credentials");

            migrationBuilder.DropColumn(
                name: "layer_progress",
                table: "analyses");

            migrationBuilder.RenameColumn(
                name: "origin_id",
                table: "analyses",
                newName: "upload_id");

            migrationBuilder.RenameIndex(
                name: "IX_analyses_origin_id_image_key",
                table: "analyses",
                newName: "IX_analyses_upload_id_image_key");

            migrationBuilder.AddForeignKey(
                name: "FK_analyses_uploads_upload_id",
                table: "analyses",
                column: "upload_id",
                principalTable: "uploads",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
