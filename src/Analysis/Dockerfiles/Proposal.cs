using ImageInsight.Analysis.Dockerfiles.Edits;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>
/// Changes the Dockerfile finding by finding; what no edit answers is written in the margin with its fix.
/// </summary>
internal static class Proposal
{
    /// <summary>Comments above one instruction, six for a finding or less.</summary>
    private const int MostLines = 200;

    /// <summary>
    /// In the order in which they are tried: what makes two stages, what joins and moves instructions, then what
    /// changes
    /// a single one.
    /// </summary>
    internal static readonly IEdit[] Edits =
    [
        new SecondStageEdit(),
        new UpdateAloneEdit(),
        new MovedCopyEdit(),
        new OwnershipEdit(),
        new MergeEdit(),
        new OptionEdit(),
        new DevelopmentEdit(),
        new PackageCacheEdit(),
        new LeftoverEdit(),
        new IgnoreEdit(),
        new SecretVariableEdit(),
        new LeftBehindEdit(),
    ];

    public static void Apply(Draft draft, IReadOnlyList<Finding> findings)
    {
        var wanted = findings.Where(f => f.Confidence >= Confidence.Probable)
            .OrderBy(f => f.Layer ?? int.MaxValue).ToList();
        foreach (var edit in Edits)
            foreach (var finding in wanted)
            {
                draft.Work.Spend(1);
                if (!draft.Applied.Contains(finding.Id))
                    edit.TryApply(draft, finding);
            }

        foreach (var finding in wanted.Where(f => !draft.Applied.Contains(f.Id)))
            Note(draft, finding);
        if (draft.Steps.Any(
            s => s.Options.Exists(o => o.StartsWith("--mount", StringComparison.Ordinal)
                || o.StartsWith("--chmod", StringComparison.Ordinal))))
            draft.InsertFirst(new Step { Keyword = "", Text = "syntax=docker/dockerfile:1" });
    }

    private static void Note(Draft draft, Finding finding)
    {
        var step = draft.StepOf(finding.Layer) ?? draft.Last.Find("FROM", s => s.Keyword == "FROM");
        // What is beyond is in the list of findings.
        if (step is null || step.Margin.Count >= MostLines)
            return;
        draft.Work.Spend(step.Margin.Count + finding.Fix.Snippet.Length);
        // Not longer than a glance: the finding's own page has the rest. What has the same fix shares it.
        var fix = finding.Fix.Snippet.Split('\n').Select(l => l.TrimStart('#', ' ')).Where(l => l.Length > 0).Take(6)
            .Select(l => "  " + l).ToList();
        var same = fix.Count == 0 ? -1
            : Enumerable.Range(0, step.Margin.Count)
                .FirstOrDefault(i => step.Margin.Skip(i).Take(fix.Count).Select(m => m.Text).SequenceEqual(fix), -1);
        step.Margin.Insert(same < 0 ? step.Margin.Count : same, ($"{finding.Title}:", finding.Id));
        if (same < 0)
            step.Margin.AddRange(fix.Select(l => (l, (string?)finding.Id)));
    }
}
