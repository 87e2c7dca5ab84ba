using ImageInsight.Analysis;
using ImageInsight.Analysis.Bases;

namespace ImageInsight.Reporting.Answers;

/// <param name="Layers">How many of the lowest layers came with FROM; 0 when nothing tells.</param>
/// <param name="Name">A whole reference where one is stated or known, else what it holds (Debian 12); null when
/// nothing tells.</param>
/// <param name="Digest">Of its manifest or index, where that is stated.</param>
/// <param name="Evidence">Where this is known from, in words.</param>
/// <param name="Confidence">declared, provenance, known-image, history, guessed or none.</param>
/// <param name="Steps">The chain of parents, the lowest first; the last one is the base.</param>
public sealed record BaseAnswer(
    int Layers, string? Name, string? Digest, string Evidence, string Confidence, long DiskBytes, long PullBytes,
    IReadOnlyList<BaseStepAnswer> Steps)
{
    public static BaseAnswer FromSummary(ImageSummary s) => new(
        s.Base.Layers, s.Base.Name, s.Base.Digest, s.Base.Evidence,
        s.Base.Confidence == BaseConfidence.KnownImage
            ? "known-image"
            : s.Base.Confidence.ToString().ToLowerInvariant(),
        s.BaseLayers.Sum(l => l.DiskBytes), s.BaseLayers.Sum(l => l.PullBytes),
        [.. s.StepsOfBase.Select(p => new BaseStepAnswer(
            p.Step.Name, p.Step.Layers, p.Step.Evidence, p.DiskBytes, p.PullBytes))]);
}

/// <param name="Layers">How many of the lowest layers the image has, its own parents' included.</param>
/// <param name="DiskBytes">What it adds to the step below it.</param>
public sealed record BaseStepAnswer(string? Name, int Layers, string Evidence, long DiskBytes, long PullBytes);
