using ImageInsight.Analysis.Dockerfiles;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Tests.Cases;

/// <summary>The Dockerfile of an analysis, as the service makes it.</summary>
internal static class CaseDockerfile
{
    public static Dockerfile Create(ImageAnalysis result) => Dockerfile.Create(
        result.Tree, new BuildRecord(result.Facts.History, result.Facts.Settings), result.Facts.Base,
        result.Facts.Platform.ToString(), result.Findings,
        new WorkBudget(new AnalysisOptions(), TestContext.Current.CancellationToken));

    public static async Task<List<string>> LinesAsync(ArchiveBuilder image) =>
        [.. Create(await Images.AnalyzeAsync(image)).Lines.Select(l => l.Text)];
}
