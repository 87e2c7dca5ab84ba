using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis.Tests;

/// <summary>Runs the whole analysis on archives that a test made.</summary>
internal static class Images
{
    public static async Task<ImageAnalysis> AnalyzeAsync(byte[] archive, AnalysisOptions? options = null)
    {
        using var file = new TemporaryFile(archive);
        return await AnalyzeFileAsync(file.Path, options);
    }

    public static Task<ImageAnalysis> AnalyzeAsync(ArchiveBuilder image) => AnalyzeAsync(image.DockerArchive());

    public static async Task<ImageAnalysis> AnalyzeFileAsync(string path, AnalysisOptions? options = null)
    {
        options ??= new AnalysisOptions();
        using var opened = await ImageArchive.OpenAsync(
            path, Path.GetTempPath(), options, TestContext.Current.CancellationToken);
        return await new ImageAnalyzer(options).AnalyzeAsync(
            opened, opened.Images[0], null, TestContext.Current.CancellationToken);
    }

    /// <summary>Replays layers and answers the ledger; the figures of a test are worked out by hand.</summary>
    public static async Task<LedgerTotals> LedgerAsync(params Action<LayerBuilder>[] layers) =>
        (await TreeAsync(layers)).Ledger;

    public static async Task<FileTree> TreeAsync(params Action<LayerBuilder>[] layers)
    {
        var image = new ArchiveBuilder();
        foreach (var layer in layers)
            image.WithLayer(layer);
        return (await AnalyzeAsync(image)).Tree;
    }

    public static Dictionary<string, VisibleEntry> Listing(this FileTree tree) =>
        tree.VisibleEntries().ToDictionary(e => e.Path);

    public static async Task<ImageException> FailsAsync(byte[] archive, AnalysisOptions? options = null) =>
        await Assert.ThrowsAsync<ImageException>(() => AnalyzeAsync(archive, options));
}

internal sealed class TemporaryFile : IDisposable
{
    public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
