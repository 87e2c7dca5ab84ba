using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Web.Components.Image;

/// <summary>
/// The part of an image that is looked at (all of it, its base, or yours) and its figures, worked out once.
/// </summary>
public sealed class ShownPart
{
    /// <param name="data">Of a done analysis.</param>
    public ShownPart(ImageData data, ImagePart of)
    {
        var (summary, tree) = (data.Record.Summary!, data.Tree!);
        (Data, Of) = (data, of);
        Files = of.View(tree, summary.Base);
        FileCount = of == ImagePart.All ? summary.VisibleFiles : Files.Sizes(FileTree.Root).Files;
        Layers = [.. summary.Layers.Where(l => HasLayer(l.Index))];
        Findings = [.. data.Findings.Where(f => of.HasFinding(summary.Base, f))];
        PackageCount = data.Packages?.All?.Count(p => HasLayer(p.Layer));
        PullBytes = Layers.Sum(l => l.PullBytes);
        DiskBytes = Layers.Sum(l => l.DiskBytes);
        WastedBytes = Layers.Sum(l => l.WastedBytes);
        var removed = Findings.Where(f => f.Confidence >= Confidence.Probable).Select(f => f.Bodies);
        RemovableBytes = tree.Ledger.DiskBytes - Simulation.Without(tree.Layers, removed).DiskBytes;
    }

    public ImageData Data { get; }

    public ImagePart Of { get; }

    /// <summary>The final file system, or what these layers brought of it.</summary>
    public FileView Files { get; }

    public long FileCount { get; }

    public IReadOnlyList<LayerSummary> Layers { get; }

    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Null when packages were not looked for.</summary>
    public int? PackageCount { get; }

    public long PullBytes { get; }

    public long DiskBytes { get; }

    public long WastedBytes { get; }

    public long VisibleBytes => DiskBytes - WastedBytes;

    /// <summary>Bytes on disk that the image would not have without its certain and likely findings.</summary>
    public long RemovableBytes { get; }

    public bool HasLayer(int layer) => Of.HasLayer(Data.Record.Summary!.Base, layer);
}
