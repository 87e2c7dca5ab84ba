using ImageInsight.Analysis;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Reporting.Gates;

/// <summary>The figures of one owner's part of an image.</summary>
/// <param name="UnknownLayers">Those of which only digest and size are known.</param>
public sealed record GateSubject(
    string Name, string Platform, long DiskBytes, long PullBytes, bool PullEstimated, long WastedBytes,
    IReadOnlyList<Finding> Findings, IReadOnlyList<int> UnknownLayers)
{
    public static GateSubject FromSummary(
        string name, ImageSummary image, ImagePart owner, IReadOnlyList<Finding> findings)
    {
        var layers = image.Layers.Where(l => owner.HasLayer(image.Base, l.Index)).ToList();
        return new GateSubject(
            name, image.Platform, layers.Sum(l => l.DiskBytes), layers.Sum(l => l.PullBytes),
            layers.Any(l => l.PullEstimated), layers.Sum(l => l.WastedBytes),
            [.. findings.Where(f => owner.HasFinding(image.Base, f))],
            [.. layers.Where(l => !l.ContentKnown).Select(l => l.Index)]);
    }
}
