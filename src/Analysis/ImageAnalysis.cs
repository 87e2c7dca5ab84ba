using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis;

/// <summary>The result of one run over one image.</summary>
public sealed record ImageAnalysis(
    ImageFacts Facts, FileTree Tree, PackageSet Packages, IReadOnlyList<Finding> Findings);
