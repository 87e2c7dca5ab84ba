using System.Globalization;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Data;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Queue.Uploads;
using Microsoft.Extensions.DependencyInjection;

namespace ImageInsight.Benchmarks;

/// <summary>
/// What the layers of an image take in a database of its own, by table, as a Markdown row; SQLite, or Postgres when a
/// connection to an empty database is given.
/// </summary>
internal static class StoredCommand
{
    private static readonly string[] Tables = ["layer_pieces", "capture_pieces", "share_pieces"];

    public static async Task<int> RunAsync(string file, string? connection)
    {
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
        var result = await new ImageAnalyzer(options).AnalyzeAsync(
            archive, archive.Images[0], null, CancellationToken.None);
        var folder = Directory.CreateTempSubdirectory("insight-stored-");
        var database = Path.Combine(folder.FullName, "insight.db");
        await using var services = new ServiceCollection().AddInsightData(connection, database, layerCacheBytes: 0)
            .BuildServiceProvider();
        await services.MigrateInsightAsync(CancellationToken.None);
        var incoming = services.GetRequiredService<IncomingUploads>();
        var upload = await incoming.BeginAsync("measured", id: null, bytes: 0, CancellationToken.None);
        await incoming.EndAsync(upload, new SpooledUpload("none", 0), [], stillRead: false, CancellationToken.None);
        var queue = services.GetRequiredService<AnalysisQueue>();
        var claim = await queue.ClaimAsync("measured", CancellationToken.None);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await queue.CompleteAsync(claim!, result, null, [], CancellationToken.None);
        var seconds = watch.Elapsed.TotalSeconds;
        watch.Restart();
        await services.GetRequiredService<Data.Stores.AnalysisStore>().LoadTreeAsync(claim!.Id, CancellationToken.None);
        var loaded = watch.Elapsed.TotalSeconds;
        long records = result.Facts.Layers.DistinctBy(l => l.Layer.DiffId).Sum(l => l.Layer.RecordCount);
        var each = (await SizesAsync(connection, database)).Select(bytes => (double)bytes / records);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {Path.GetFileName(file)} | {(connection is null ? "SQLite" : "Postgres")} | {records:N0} | "
                + $"{string.Join(" | ", each.Select(e => e.ToString("0.0", CultureInfo.InvariantCulture)))} | "
                + $"{seconds:0.00} | {loaded:0.00} |"));
        folder.Delete(recursive: true);
        return 0;
    }

    /// <summary>With keys, row headers and whatever else the engine keeps for the table.</summary>
    private static async Task<long[]> SizesAsync(string? connection, string database)
    {
        var sizes = new long[Tables.Length];
        if (connection is null)
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            await using var sqlite = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={database}");
            await sqlite.OpenAsync();
            // There is no table of sizes in this build of SQLite: what the file loses with the rows is theirs.
            await ScalarAsync(sqlite, "VACUUM");
            for (var i = 0; i < Tables.Length; i++)
            {
                var before = await PagesAsync(sqlite);
                await ScalarAsync(sqlite, $"DELETE FROM {Tables[i]}");
                await ScalarAsync(sqlite, "VACUUM");
                sizes[i] = before - await PagesAsync(sqlite);
            }

            return sizes;
        }

        await using var postgres = new Npgsql.NpgsqlConnection(connection);
        await postgres.OpenAsync();
        for (var i = 0; i < Tables.Length; i++)
            sizes[i] = (long)(await ScalarAsync(postgres, $"SELECT pg_total_relation_size('{Tables[i]}')"))!;
        return sizes;
    }

    private static async Task<long> PagesAsync(System.Data.Common.DbConnection sqlite) =>
        (long)(await ScalarAsync(sqlite, "PRAGMA page_count"))!
        * (long)(await ScalarAsync(sqlite, "PRAGMA page_size"))!;

    private static async Task<object?> ScalarAsync(System.Data.Common.DbConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        return await command.ExecuteScalarAsync();
    }
}
