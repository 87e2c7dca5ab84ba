using System.Text.Encodings.Web;
using System.Text.Json;
using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Benchmarks;

/// <summary>Prints the packages of an archive's image as NDJSON, for comparing with what other tools list.</summary>
internal static class PackagesCommand
{
    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web)
    { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> RunAsync(string file)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n" };
        try
        {
            var options = new AnalysisOptions();
            using var archive = await ImageArchive.OpenAsync(file, Path.GetTempPath(), options, CancellationToken.None);
            var result = await new ImageAnalyzer(options).AnalyzeAsync(
                archive, archive.Images[0], null, CancellationToken.None);
            foreach (var package in result.Packages.All)
                await output.WriteLineAsync(JsonSerializer.Serialize(package, Json));
            return 0;
        }
        catch (ImageException e)
        {
            await Console.Error.WriteLineAsync($"{e.Code}: {e.Message}");
            return 1;
        }
    }
}
