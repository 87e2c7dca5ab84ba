using ImageInsight.Analysis;
using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Data;
using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Viewing;

/// <summary>Dockerfiles of the analyses that were looked at last: made once, not at every look.</summary>
public sealed class DockerfileCache(InsightSettings settings)
{
    private const long MaxBytes = 16 << 20;

    /// <summary>Of a line, its findings and what holds it.</summary>
    private const int LineBytes = 200;

    private readonly ByteCache<Guid, Dockerfile> made = new(MaxBytes, SizeOf);

    /// <exception cref="ImageException">It takes more than <see cref="AnalysisOptions.MaxWork"/>.</exception>
    public async Task<Dockerfile> GetAsync(
        Guid analysisId, FileTree tree, ImageSummary image, IReadOnlyList<Finding> findings,
        CancellationToken cancellationToken)
    {
        var dockerfile = await made.GetAsync(
            analysisId,
            () => Task.FromResult<Dockerfile?>(
                Dockerfile.Create(
                    tree, new BuildRecord(image.History, image.Settings), image.Base, image.Platform, findings,
                    new WorkBudget(settings.Limits, CancellationToken.None))),
            cancellationToken);
        return dockerfile!;
    }

    public void Remove(Guid analysisId) => made.Remove(analysisId);

    private static long SizeOf(Dockerfile dockerfile) =>
        dockerfile.Lines.Sum(l => (2L * l.Text.Length) + LineBytes)
        + dockerfile.Proposed.Sum(l => (2L * l.Text.Length) + LineBytes);
}
