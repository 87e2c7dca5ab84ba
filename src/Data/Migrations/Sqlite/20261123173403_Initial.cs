using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ImageInsight.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "layers",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    diff_id = table.Column<string>(type: "TEXT", nullable: false),
                    analyzer_version = table.Column<int>(type: "INTEGER", nullable: false),
                    tar_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    disk_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    record_count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_layers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "uploads",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    spool_name = table.Column<string>(type: "TEXT", nullable: false),
                    sha256 = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    dropped_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_uploads", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "layer_blobs",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    layer_id = table.Column<long>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", nullable: false),
                    media_type = table.Column<string>(type: "TEXT", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    pull_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    pull_estimated = table.Column<bool>(type: "INTEGER", nullable: false),
                    shares = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_layer_blobs", x => x.id);
                    table.ForeignKey(
                        name: "FK_layer_blobs_layers_layer_id",
                        column: x => x.layer_id,
                        principalTable: "layers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "layer_entries",
                columns: table => new
                {
                    layer_id = table.Column<long>(type: "INTEGER", nullable: false),
                    ordinal = table.Column<int>(type: "INTEGER", nullable: false),
                    parent = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false),
                    name = table.Column<byte[]>(type: "BLOB", nullable: false),
                    size = table.Column<long>(type: "INTEGER", nullable: false),
                    mode = table.Column<int>(type: "INTEGER", nullable: false),
                    uid = table.Column<long>(type: "INTEGER", nullable: false),
                    gid = table.Column<long>(type: "INTEGER", nullable: false),
                    mtime = table.Column<long>(type: "INTEGER", nullable: false),
                    content_hash = table.Column<byte[]>(type: "BLOB", nullable: true),
                    xattr_hash = table.Column<long>(type: "INTEGER", nullable: false),
                    device_major = table.Column<int>(type: "INTEGER", nullable: false),
                    device_minor = table.Column<int>(type: "INTEGER", nullable: false),
                    link_target = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_layer_entries", x => new { x.layer_id, x.ordinal });
                    table.ForeignKey(
                        name: "FK_layer_entries_layers_layer_id",
                        column: x => x.layer_id,
                        principalTable: "layers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "analyses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    source = table.Column<string>(type: "TEXT", nullable: false),
                    state = table.Column<byte>(type: "INTEGER", nullable: false),
                    error_code = table.Column<string>(type: "TEXT", nullable: true),
                    error_detail = table.Column<string>(type: "TEXT", nullable: true),
                    upload_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    image_key = table.Column<string>(type: "TEXT", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    not_before = table.Column<long>(type: "INTEGER", nullable: false),
                    worker = table.Column<string>(type: "TEXT", nullable: true),
                    lease_token = table.Column<Guid>(type: "TEXT", nullable: true),
                    lease_until = table.Column<long>(type: "INTEGER", nullable: true),
                    cancel_requested = table.Column<bool>(type: "INTEGER", nullable: false),
                    bytes_done = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes_total = table.Column<long>(type: "INTEGER", nullable: false),
                    layers_done = table.Column<int>(type: "INTEGER", nullable: false),
                    layers_total = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_analyses", x => x.id);
                    table.ForeignKey(
                        name: "FK_analyses_uploads_upload_id",
                        column: x => x.upload_id,
                        principalTable: "uploads",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "findings",
                columns: table => new
                {
                    analysis_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    finding_id = table.Column<string>(type: "TEXT", nullable: false),
                    rule_id = table.Column<string>(type: "TEXT", nullable: false),
                    title = table.Column<string>(type: "TEXT", nullable: false),
                    severity = table.Column<byte>(type: "INTEGER", nullable: false),
                    confidence = table.Column<byte>(type: "INTEGER", nullable: false),
                    disk_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    pull_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    layer = table.Column<int>(type: "INTEGER", nullable: true),
                    instruction = table.Column<string>(type: "TEXT", nullable: true),
                    path_count = table.Column<int>(type: "INTEGER", nullable: false),
                    evidence_json = table.Column<string>(type: "TEXT", nullable: false),
                    fix_text = table.Column<string>(type: "TEXT", nullable: false),
                    fix_snippet = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_findings", x => new { x.analysis_id, x.position });
                    table.ForeignKey(
                        name: "FK_findings_analyses_analysis_id",
                        column: x => x.analysis_id,
                        principalTable: "analyses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "images",
                columns: table => new
                {
                    analysis_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    config_digest = table.Column<string>(type: "TEXT", nullable: false),
                    platform = table.Column<string>(type: "TEXT", nullable: false),
                    tags_json = table.Column<string>(type: "TEXT", nullable: false),
                    history_json = table.Column<string>(type: "TEXT", nullable: false),
                    environment_json = table.Column<string>(type: "TEXT", nullable: false),
                    pull_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    pull_estimated = table.Column<bool>(type: "INTEGER", nullable: false),
                    disk_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    visible_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted = table.Column<long>(type: "INTEGER", nullable: false),
                    overwritten = table.Column<long>(type: "INTEGER", nullable: false),
                    metadata_only = table.Column<long>(type: "INTEGER", nullable: false),
                    touched = table.Column<long>(type: "INTEGER", nullable: false),
                    identical = table.Column<long>(type: "INTEGER", nullable: false),
                    visible_files = table.Column<long>(type: "INTEGER", nullable: false),
                    layer_count = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_images", x => x.analysis_id);
                    table.ForeignKey(
                        name: "FK_images_analyses_analysis_id",
                        column: x => x.analysis_id,
                        principalTable: "analyses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "shares",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    analysis_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    token_hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_shares", x => x.id);
                    table.ForeignKey(
                        name: "FK_shares_analyses_analysis_id",
                        column: x => x.analysis_id,
                        principalTable: "analyses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "image_layers",
                columns: table => new
                {
                    analysis_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    layer_id = table.Column<long>(type: "INTEGER", nullable: false),
                    blob_id = table.Column<long>(type: "INTEGER", nullable: false),
                    instruction = table.Column<string>(type: "TEXT", nullable: true),
                    wasted_bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_image_layers", x => new { x.analysis_id, x.position });
                    table.ForeignKey(
                        name: "FK_image_layers_images_analysis_id",
                        column: x => x.analysis_id,
                        principalTable: "images",
                        principalColumn: "analysis_id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_image_layers_layer_blobs_blob_id",
                        column: x => x.blob_id,
                        principalTable: "layer_blobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_image_layers_layers_layer_id",
                        column: x => x.layer_id,
                        principalTable: "layers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_analyses_created_at_id",
                table: "analyses",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_analyses_state_not_before",
                table: "analyses",
                columns: new[] { "state", "not_before" });

            migrationBuilder.CreateIndex(
                name: "IX_analyses_upload_id_image_key",
                table: "analyses",
                columns: new[] { "upload_id", "image_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_image_layers_blob_id",
                table: "image_layers",
                column: "blob_id");

            migrationBuilder.CreateIndex(
                name: "IX_image_layers_layer_id",
                table: "image_layers",
                column: "layer_id");

            migrationBuilder.CreateIndex(
                name: "IX_layer_blobs_layer_id_digest_media_type",
                table: "layer_blobs",
                columns: new[] { "layer_id", "digest", "media_type" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_layers_diff_id_analyzer_version",
                table: "layers",
                columns: new[] { "diff_id", "analyzer_version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_shares_analysis_id",
                table: "shares",
                column: "analysis_id");

            migrationBuilder.CreateIndex(
                name: "IX_shares_token_hash",
                table: "shares",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_uploads_spool_name",
                table: "uploads",
                column: "spool_name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "findings");

            migrationBuilder.DropTable(
                name: "image_layers");

            migrationBuilder.DropTable(
                name: "layer_entries");

            migrationBuilder.DropTable(
                name: "shares");

            migrationBuilder.DropTable(
                name: "images");

            migrationBuilder.DropTable(
                name: "layer_blobs");

            migrationBuilder.DropTable(
                name: "analyses");

            migrationBuilder.DropTable(
                name: "layers");

            migrationBuilder.DropTable(
                name: "uploads");
        }
    }
}
