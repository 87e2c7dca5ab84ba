using ImageInsight.Analysis;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Data.Tests;

/// <summary>Real results of real archives, for storing.</summary>
internal static class Results
{
    public static Task<ImageAnalysis> OfAsync(params Action<LayerBuilder>[] layers)
    {
        var image = new ArchiveBuilder();
        foreach (var layer in layers)
            image.WithLayer(layer, "RUN /bin/sh -c make\0it # buildkit");
        return OfAsync(image);
    }

    public static async Task<ImageAnalysis> OfAsync(ArchiveBuilder image)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, image.DockerArchive(), TestContext.Current.CancellationToken);
            var options = new AnalysisOptions();
            using var archive = await ImageArchive.OpenAsync(
                file, Path.GetTempPath(), options, TestContext.Current.CancellationToken);
            return await new ImageAnalyzer(options).AnalyzeAsync(
                archive, archive.Images[0], null, TestContext.Current.CancellationToken);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
