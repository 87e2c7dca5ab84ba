using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>The Dockerfile while it is being changed.</summary>
internal sealed class Draft(List<Step> steps, FileTree tree, WorkBudget work)
{
    private readonly SortedDictionary<string, SortedSet<string>> ignored = new(StringComparer.Ordinal);

    public List<Step> Steps => steps;

    public FileTree Tree => tree;

    public WorkBudget Work => work;

    /// <summary>Lines of a .dockerignore, each with the findings that it answers.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Ignored => ignored;

    public HashSet<string> Applied { get; } = new(StringComparer.Ordinal);

    /// <summary>The instruction that made a layer; null when the base did, or it is not known.</summary>
    public Step? StepOf(int? layer) =>
        layer is { } l ? steps.Find(s => s.Keyword != "FROM" && s.Layers.Contains(l)) : null;

    public int IndexOf(Step step) => steps.IndexOf(step);

    /// <summary>
    /// The instructions whose layers carry the bytes of a finding; null when one of them is not of this Dockerfile.
    /// </summary>
    public IReadOnlyList<Step>? Carriers(Finding finding)
    {
        var found = finding.Bodies.Layers.Select(l => StepOf(l.Layer)).Distinct().ToList();
        return found.Count == 0 || found.Contains(null) ? null : [.. found.OfType<Step>()];
    }

    public IEnumerable<Step> After(Step step) => steps.Skip(IndexOf(step) + 1);

    public IEnumerable<Step> Between(Step first, Step last) =>
        steps.Skip(IndexOf(first) + 1).Take(Math.Max(0, IndexOf(last) - IndexOf(first) - 1));

    public void Answer(Finding finding, params ReadOnlySpan<Step> where)
    {
        foreach (var step in where)
            step.Answers.Add(finding.Id);
        Applied.Add(finding.Id);
    }

    public void Ignore(string line, Finding finding)
    {
        if (!ignored.TryGetValue(line, out var findings))
            ignored.Add(line, findings = new SortedSet<string>(StringComparer.Ordinal));
        findings.Add(finding.Id);
        Applied.Add(finding.Id);
    }

    /// <summary>
    /// Makes one RUN of all from the first to the last; what stands between may only be RUN, or change nothing that a
    /// RUN could notice. False, and nothing changed, where that is not so.
    /// </summary>
    public bool Merge(Step first, Step last)
    {
        if (first == last)
            return true;
        var range = steps.GetRange(IndexOf(first), Math.Max(0, IndexOf(last) - IndexOf(first) + 1));
        var runs = range.Where(s => s.IsRun).ToList();
        if (range.Count == 0 || range.Any(s => !s.IsRun && !s.IsNeutral)
            || runs.Any(r => r.User != first.User || r.Directory != first.Directory
                || !r.Options.SequenceEqual(first.Options)))
            return false;
        var script = first.Script();
        foreach (var run in runs.Skip(1))
            script = script is null || run.Script() is not { } next ? null : script.Then(next);
        if (script is null)
            return false;
        var whole = new Step
        {
            Keyword = "RUN",
            Text = AptUpdates.Once(script).ToString(),
            Options = first.Options,
            HistoryIndex = first.HistoryIndex,
            Layers = [.. runs.SelectMany(r => r.Layers)],
            Answers = new(runs.SelectMany(r => r.Answers), StringComparer.Ordinal),
            Margin = [.. runs.SelectMany(r => r.Margin)],
            Directory = first.Directory,
            User = first.User,
        };
        var place = IndexOf(last);
        steps[place] = whole;
        steps.RemoveAll(s => s != whole && runs.Contains(s));
        return true;
    }

    /// <summary>
    /// Has the RUN that made some files remove them at its end; joins the removal to one that stands there already.
    /// </summary>
    public static bool RemoveAtEnd(Step step, IEnumerable<string> words)
    {
        if (step.Script() is not { } script
            || !step.Options.TrueForAll(o => !o.StartsWith("--mount=type=cache", StringComparison.Ordinal)))
            return false;
        var last = script.Commands[^1];
        var joined = last is { Name: "rm", Operator: "", IsPipe: false } && last.Words.Count > 2
            && last.Words[0].Raw == "rm" && last.Words[1].Raw is "-rf" or "-fr"
            && last.Words.Skip(2).All(w => !w.Raw.Contains('>', StringComparison.Ordinal));
        var missing = words.Where(w => !joined || last.Words.All(o => o.Raw != w)).Distinct().ToList();
        if (missing.Count == 0)
            return true;
        step.Text = (joined
            ? script.Replace(script.Commands.Count - 1, last.Text + " " + string.Join(' ', missing))
            : script.Append("rm -rf " + string.Join(' ', missing))).ToString();
        return true;
    }
}
