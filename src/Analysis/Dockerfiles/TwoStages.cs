using ImageInsight.Analysis.Dockerfiles.Edits;
using ImageInsight.Analysis.Dockerfiles.Reading;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>
/// Writes both stages out where a fix says that there should be two and the image tells what they are: rules know no
/// Dockerfile.
/// </summary>
internal static class TwoStages
{
    /// <summary>How rules begin the fix that is meant.</summary>
    private const string Sketch = "FROM <this base> AS build";

    /// <summary>Nobody reads a longer one beside a finding.</summary>
    private const int MostText = 8000;

    public static IReadOnlyList<Finding> Write(
        ImageFacts facts, FileTree tree, IReadOnlyList<Finding> findings, WorkBudget work)
    {
        work.Spend(findings.Count);
        var meant = findings.FirstOrDefault(f => SecondStageEdit.StageOf(f) is not null);
        if (meant is null || TextFor(facts, tree, meant, work) is not { } text)
            return findings;
        return [.. findings.Select(f => f.Fix.Snippet.StartsWith(Sketch, StringComparison.Ordinal)
            ? f with { Fix = f.Fix with { Snippet = text } } : f)];
    }

    private static string? TextFor(ImageFacts facts, FileTree tree, Finding meant, WorkBudget work)
    {
        var record = new BuildRecord(facts.History, facts.Settings);
        var steps = Dockerfile.StepsOf(
            tree, record, facts.Base, facts.Platform.ToString(), work, new ConfigValues(facts.Settings));
        var draft = new Draft(steps, tree, work);
        if (!new SecondStageEdit().TryApply(draft, meant))
            return null;
        var text = string.Join('\n', Dockerfile.ProposedOf(draft, []).Select(l => l.Text));
        return text.Length <= MostText ? text : null;
    }
}
