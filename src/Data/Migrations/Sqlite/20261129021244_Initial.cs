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
                name: "credentials",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: true),
                    registry = table.Column<string>(type: "TEXT", nullable: false),
                    @protected = table.Column<byte[]>(name: "protected", type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_credentials", x => x.id);
                });

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
                    record_count = table.Column<int>(type: "INTEGER", nullable: false),
                    stored_at = table.Column<long>(type: "INTEGER", nullable: false),
                    broken = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_layers", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "pushed_blobs",
                columns: table => new
                {
                    digest = table.Column<string>(type: "TEXT", nullable: false),
                    spool_name = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pushed_blobs", x => x.digest);
                });

            migrationBuilder.CreateTable(
                name: "pushed_manifests",
                columns: table => new
                {
                    repository = table.Column<string>(type: "TEXT", nullable: false),
                    digest = table.Column<string>(type: "TEXT", nullable: false),
                    media_type = table.Column<string>(type: "TEXT", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pushed_manifests", x => new { x.repository, x.digest });
                });

            migrationBuilder.CreateTable(
                name: "pushed_tags",
                columns: table => new
                {
                    repository = table.Column<string>(type: "TEXT", nullable: false),
                    tag = table.Column<string>(type: "TEXT", nullable: false),
                    digest = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pushed_tags", x => new { x.repository, x.tag });
                });

            migrationBuilder.CreateTable(
                name: "watches",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    reference = table.Column<string>(type: "TEXT", nullable: false),
                    platform = table.Column<string>(type: "TEXT", nullable: true),
                    credential_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    every_hours = table.Column<int>(type: "INTEGER", nullable: false),
                    next_at = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    checked_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_digest = table.Column<string>(type: "TEXT", nullable: true),
                    last_error = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_watches", x => x.id);
                    table.ForeignKey(
                        name: "fk_watches_credentials_credential_id",
                        column: x => x.credential_id,
                        principalTable: "credentials",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "capture_pieces",
                columns: table => new
                {
                    layer_id = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_capture_pieces", x => new { x.layer_id, x.position });
                    table.ForeignKey(
                        name: "fk_capture_pieces_layers_layer_id",
                        column: x => x.layer_id,
                        principalTable: "layers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
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
                    stored_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_layer_blobs", x => x.id);
                    table.ForeignKey(
                        name: "fk_layer_blobs_layers_layer_id",
                        column: x => x.layer_id,
                        principalTable: "layers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "layer_pieces",
                columns: table => new
                {
                    layer_id = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_layer_pieces", x => new { x.layer_id, x.position });
                    table.ForeignKey(
                        name: "fk_layer_pieces_layers_layer_id",
                        column: x => x.layer_id,
                        principalTable: "layers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "origins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    spool_name = table.Column<string>(type: "TEXT", nullable: true),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    arrived_layers = table.Column<string>(type: "TEXT", nullable: true),
                    dropped_at = table.Column<long>(type: "INTEGER", nullable: true),
                    reference = table.Column<string>(type: "TEXT", nullable: true),
                    platform = table.Column<string>(type: "TEXT", nullable: true),
                    credential_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    had_credential = table.Column<bool>(type: "INTEGER", nullable: false),
                    watch_id = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_origins", x => x.id);
                    table.ForeignKey(
                        name: "fk_origins_credentials_credential_id",
                        column: x => x.credential_id,
                        principalTable: "credentials",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                    table.ForeignKey(
                        name: "fk_origins_watches_watch_id",
                        column: x => x.watch_id,
                        principalTable: "watches",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "share_pieces",
                columns: table => new
                {
                    blob_id = table.Column<long>(type: "INTEGER", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    content = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_share_pieces", x => new { x.blob_id, x.position });
                    table.ForeignKey(
                        name: "fk_share_pieces_layer_blobs_blob_id",
                        column: x => x.blob_id,
                        principalTable: "layer_blobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "analyses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    source = table.Column<byte>(type: "INTEGER", nullable: false),
                    state = table.Column<byte>(type: "INTEGER", nullable: false),
                    error_code = table.Column<string>(type: "TEXT", nullable: true),
                    error_detail = table.Column<string>(type: "TEXT", nullable: true),
                    origin_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    image_key = table.Column<string>(type: "TEXT", nullable: false),
                    reading = table.Column<int>(type: "INTEGER", nullable: false),
                    listed_in = table.Column<string>(type: "TEXT", nullable: true),
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
                    layer_progress = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_analyses", x => x.id);
                    table.ForeignKey(
                        name: "fk_analyses_origins_origin_id",
                        column: x => x.origin_id,
                        principalTable: "origins",
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
                    fix_snippet = table.Column<string>(type: "TEXT", nullable: false),
                    known_as_json = table.Column<string>(type: "TEXT", nullable: false),
                    remedy_json = table.Column<string>(type: "TEXT", nullable: true),
                    bodies = table.Column<byte[]>(type: "BLOB", nullable: false),
                    body_layers = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_findings", x => new { x.analysis_id, x.position });
                    table.ForeignKey(
                        name: "fk_findings_analyses_analysis_id",
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
                    settings_json = table.Column<string>(type: "TEXT", nullable: false),
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
                    layer_count = table.Column<int>(type: "INTEGER", nullable: false),
                    package_count = table.Column<int>(type: "INTEGER", nullable: false),
                    package_files_omitted = table.Column<int>(type: "INTEGER", nullable: false),
                    chain_id = table.Column<string>(type: "TEXT", nullable: true),
                    base_json = table.Column<string>(type: "TEXT", nullable: false),
                    offers = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_images", x => x.analysis_id);
                    table.ForeignKey(
                        name: "fk_images_analyses_analysis_id",
                        column: x => x.analysis_id,
                        principalTable: "analyses",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "packages",
                columns: table => new
                {
                    analysis_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    position = table.Column<int>(type: "INTEGER", nullable: false),
                    ecosystem = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<string>(type: "TEXT", nullable: false),
                    purl = table.Column<string>(type: "TEXT", nullable: false),
                    found_at = table.Column<string>(type: "TEXT", nullable: false),
                    layer = table.Column<int>(type: "INTEGER", nullable: false),
                    disk_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    pull_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    wasted_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    files = table.Column<int>(type: "INTEGER", nullable: false),
                    needs = table.Column<byte[]>(type: "BLOB", nullable: false),
                    on_purpose = table.Column<bool>(type: "INTEGER", nullable: true),
                    development = table.Column<bool>(type: "INTEGER", nullable: false),
                    owned_by = table.Column<int>(type: "INTEGER", nullable: true),
                    license = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_packages", x => new { x.analysis_id, x.position });
                    table.ForeignKey(
                        name: "fk_packages_analyses_analysis_id",
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
                    table.PrimaryKey("pk_shares", x => x.id);
                    table.ForeignKey(
                        name: "fk_shares_analyses_analysis_id",
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
                    table.PrimaryKey("pk_image_layers", x => new { x.analysis_id, x.position });
                    table.ForeignKey(
                        name: "fk_image_layers_images_analysis_id",
                        column: x => x.analysis_id,
                        principalTable: "images",
                        principalColumn: "analysis_id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_image_layers_layer_blobs_blob_id",
                        column: x => x.blob_id,
                        principalTable: "layer_blobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_image_layers_layers_layer_id",
                        column: x => x.layer_id,
                        principalTable: "layers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_analyses_created_at_id",
                table: "analyses",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_analyses_origin_id_image_key_reading",
                table: "analyses",
                columns: new[] { "origin_id", "image_key", "reading" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_analyses_state_not_before",
                table: "analyses",
                columns: new[] { "state", "not_before" });

            migrationBuilder.CreateIndex(
                name: "ix_credentials_name",
                table: "credentials",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_image_layers_blob_id",
                table: "image_layers",
                column: "blob_id");

            migrationBuilder.CreateIndex(
                name: "ix_image_layers_layer_id",
                table: "image_layers",
                column: "layer_id");

            migrationBuilder.CreateIndex(
                name: "ix_images_chain_id",
                table: "images",
                column: "chain_id");

            migrationBuilder.CreateIndex(
                name: "ix_images_offers",
                table: "images",
                column: "offers");

            migrationBuilder.CreateIndex(
                name: "ix_layer_blobs_layer_id_digest_media_type",
                table: "layer_blobs",
                columns: new[] { "layer_id", "digest", "media_type" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_layers_diff_id_analyzer_version",
                table: "layers",
                columns: new[] { "diff_id", "analyzer_version" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_origins_credential_id",
                table: "origins",
                column: "credential_id");

            migrationBuilder.CreateIndex(
                name: "ix_origins_spool_name",
                table: "origins",
                column: "spool_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_origins_watch_id",
                table: "origins",
                column: "watch_id");

            migrationBuilder.CreateIndex(
                name: "ix_packages_name_version",
                table: "packages",
                columns: new[] { "name", "version" });

            migrationBuilder.CreateIndex(
                name: "ix_pushed_blobs_used_at",
                table: "pushed_blobs",
                column: "used_at");

            migrationBuilder.CreateIndex(
                name: "ix_shares_analysis_id",
                table: "shares",
                column: "analysis_id");

            migrationBuilder.CreateIndex(
                name: "ix_shares_token_hash",
                table: "shares",
                column: "token_hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_watches_credential_id",
                table: "watches",
                column: "credential_id");

            migrationBuilder.CreateIndex(
                name: "ix_watches_next_at",
                table: "watches",
                column: "next_at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "capture_pieces");

            migrationBuilder.DropTable(
                name: "findings");

            migrationBuilder.DropTable(
                name: "image_layers");

            migrationBuilder.DropTable(
                name: "layer_pieces");

            migrationBuilder.DropTable(
                name: "packages");

            migrationBuilder.DropTable(
                name: "pushed_blobs");

            migrationBuilder.DropTable(
                name: "pushed_manifests");

            migrationBuilder.DropTable(
                name: "pushed_tags");

            migrationBuilder.DropTable(
                name: "share_pieces");

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
                name: "origins");

            migrationBuilder.DropTable(
                name: "watches");

            migrationBuilder.DropTable(
                name: "credentials");
        }
    }
}
