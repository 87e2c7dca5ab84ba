using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Components.Image;

/// <summary>What was read of one analysis; nothing but the record until it is done.</summary>
public sealed record ImageData(AnalysisRecord Record)
{
    /// <summary>An index names hardly more platforms, and a page has room for no more.</summary>
    private const int MaxSiblings = 12;

    /// <summary>Other images of the same upload or pull; none for a guest.</summary>
    public IEnumerable<SiblingRecord> Siblings => Record.Siblings.Take(MaxSiblings);

    /// <summary>About, for the cache that hands it to the circuit: it keeps the tree from being let go, too.</summary>
    public long MemoryBytes =>
        (Tree?.MemoryBytes ?? 0)
        + Findings.Sum(f => 1000L + (f.Paths.Count * 200L) + f.Bodies.Layers.Sum(l => l.Ordinals.Count * 4L))
        + ((Packages?.All.Count ?? 0) * 1000L);

    public FileTree? Tree { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    public IReadOnlyList<LeanerBase> LeanerBases { get; init; } = [];

    public PackageList? Packages { get; init; }
}
