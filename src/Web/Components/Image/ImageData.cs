using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;
using ImageInsight.Data.Stores;

namespace ImageInsight.Web.Components.Image;

/// <summary>What was read of one analysis; nothing but the record and its siblings until it is done.</summary>
public sealed record ImageData(AnalysisRecord Record)
{
    /// <summary>Other images of the same upload or pull; none for a guest.</summary>
    public IReadOnlyList<AnalysisRecord> Siblings { get; init; } = [];

    public FileTree? Tree { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    public IReadOnlyList<LeanerBase> LeanerBases { get; init; } = [];

    public PackageList? Packages { get; init; }
}
