using System.Text.Json;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Tests;

namespace ImageInsight.Benchmarks;

/// <summary>
/// Writes what <c>GET /api/analyses/{id}/dockerfile</c> says of an archive's image into a folder, for
/// scripts/prove-proposals.sh: Dockerfile.reconstructed, Dockerfile.proposed, .dockerignore where there is one, and
/// sizes.json.
/// </summary>
internal static class ProposeCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static async Task<int> RunAsync(string file, string folder)
    {
        try
        {
            var analysis = await ReadAsync(file);
            var made = Create(analysis);
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile.reconstructed"), made.Text);
            await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile.proposed"), made.ProposedText);
            var ignore = Path.Combine(folder, ".dockerignore");
            File.Delete(ignore);
            if (made.Ignore is not null)
                await File.WriteAllTextAsync(ignore, made.Ignore);
            var sizes = new { Base = analysis.Facts.Base, made.Applied, made.Notes, made.Now, made.Predicted };
            await File.WriteAllTextAsync(Path.Combine(folder, "sizes.json"), JsonSerializer.Serialize(sizes, Json));
            return 0;
        }
        catch (ImageException e)
        {
            await Console.Error.WriteLineAsync($"{e.Code}: {e.Message}");
            return 1;
        }
    }

    public static async Task<ImageAnalysis> ReadAsync(string file)
    {
        var options = new AnalysisOptions();
        using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
        return await new ImageAnalyzer(options).AnalyzeAsync(archive, archive.Images[0], null, CancellationToken.None);
    }

    public static Dockerfile Create(ImageAnalysis image) =>
        Dockerfile.Create(
            image.Tree, new BuildRecord(image.Facts.History, image.Facts.Settings), image.Facts.Base,
            image.Facts.Platform.ToString(), image.Findings,
            Budgets.Default);
}
