using ImageInsight.Analysis.Dockerfiles.Indexes;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>The Dockerfile while it is being changed.</summary>
internal sealed class Draft
{
    /// <summary>Of a RUN that others were merged into: nobody reads a longer one.</summary>
    private const int MaxMerged = 64 << 10;

    /// <summary>That become one at once: Docker builds no more layers.</summary>
    private const int MaxRuns = 127;

    /// <summary>Between the orders of two instructions, for those that are moved there.</summary>
    private const long Gap = 1 << 20;

    private readonly List<Step> steps;
    private readonly SortedDictionary<string, SortedSet<string>> ignored = new(StringComparer.Ordinal);

    /// <summary>Null for a layer that no instruction made; one that is missing is looked for.</summary>
    private readonly Dictionary<int, Step?> byLayer = [];

    /// <summary>
    /// Orders of what neither is a RUN nor can be passed by one, ascending; null when it is to be made.
    /// </summary>
    private List<long>? barriers;

    /// <summary>Where instructions copy to; null when it is to be made.</summary>
    private PathSet? targets;

    private HashSet<string>? workingDirectories;

    private ContextTree? context;
    private BodySet leftBehind = BodySet.Empty;
    private Dictionary<int, HashSet<int>>? leftOf;

    public Draft(List<Step> steps, FileTree tree, WorkBudget work)
    {
        (this.steps, Tree, Work) = (steps, tree, work);
        Last = new LastSteps(steps, work);
        Mentions = new Mentions(steps, work);
        Index();
    }

    public IReadOnlyList<Step> Steps => steps;

    public FileTree Tree { get; }

    public WorkBudget Work { get; }

    public LastSteps Last { get; private set; }

    public Mentions Mentions { get; private set; }

    public bool HasStages { get; set; }

    /// <summary>What a first stage keeps for itself.</summary>
    public BodySet LeftBehind
    {
        get => leftBehind;
        set => (leftBehind, leftOf) = (value, null);
    }

    /// <summary>Of one layer, by ordinal; null where all of it is taken over.</summary>
    public IReadOnlySet<int>? OfLayerLeftBehind(int layer)
    {
        if (leftOf is null)
        {
            Work.Spend(leftBehind.Layers.Sum(l => (long)l.Ordinals.Count));
            leftOf = leftBehind.Layers.ToDictionary(l => l.Layer, l => l.Ordinals.ToHashSet());
        }

        return leftOf.GetValueOrDefault(layer);
    }

    /// <summary>Made when the first finding asks, after whatever changes a COPY.</summary>
    public ContextTree Context => context ??= new ContextTree(this);

    /// <summary>Lines of a .dockerignore, each with the findings that it answers.</summary>
    public IReadOnlyDictionary<string, SortedSet<string>> Ignored => ignored;

    public HashSet<string> Applied { get; } = new(StringComparer.Ordinal);

    /// <summary>The instruction that made a layer; null when the base did, or it is not known.</summary>
    public Step? StepOf(int? layer)
    {
        if (layer is not { } l)
            return null;
        Work.Spend(1);
        if (byLayer.TryGetValue(l, out var known))
            return known;
        Work.Spend(steps.Count);
        return byLayer[l] = steps.Find(s => s.Keyword != "FROM" && s.Layers.Contains(l));
    }

    public int IndexOf(Step step)
    {
        var (low, high) = (0, steps.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (steps[middle].Order == step.Order)
                return steps[middle] == step ? middle : -1;
            (low, high) = steps[middle].Order < step.Order ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>
    /// The instructions whose layers carry the bytes of a finding; null when one of them is not of this Dockerfile.
    /// </summary>
    public IReadOnlyList<Step>? Carriers(Finding finding)
    {
        var found = finding.Bodies.Layers.Select(l => StepOf(l.Layer)).Distinct().ToList();
        return found.Count == 0 || found.Contains(null) ? null : [.. found.OfType<Step>()];
    }

    public IEnumerable<Step> After(Step step) => From(IndexOf(step) + 1, steps.Count);

    public IEnumerable<Step> Between(Step first, Step last) => From(IndexOf(first) + 1, IndexOf(last));

    /// <summary>Nothing stands between that a RUN could not be moved across, or be joined with.</summary>
    public bool IsOpenBetween(Step first, Step last)
    {
        barriers ??= [.. steps.Where(s => !s.IsRun && !s.IsNeutral).Select(s => s.Order)];
        var at = barriers.BinarySearch(first.Order + 1);
        at = at < 0 ? ~at : at;
        return at == barriers.Count || barriers[at] >= last.Order;
    }

    /// <summary>A COPY has its target there, around it or in it.</summary>
    public bool IsFilledByCopy(string path)
    {
        if (targets is null)
        {
            Work.Spend(steps.Sum(s => s.IsCopy ? (long)s.Text.Length : 1));
            targets = new PathSet(steps.Select(s => s.CopiedTo?.Path).OfType<string>());
        }

        return targets.HasIn(path) || targets.HasAround(path);
    }

    /// <summary>A WORKDIR made it.</summary>
    public bool IsWorkingDirectory(string path) => (workingDirectories ??= [
        .. steps.Where(s => s.Keyword == "WORKDIR").Select(s => Paths.Combine(s.Directory, ""))
    ]).Contains(path);

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

    public void Remove(Step step)
    {
        if (IndexOf(step) is var at and >= 0)
            steps.RemoveAt(at);
        step.TextChanged = null;
        ForgetWhatStands(step);
        Mentions.Remove(step);
        foreach (var layer in step.Layers)
            if (byLayer.GetValueOrDefault(layer) == step)
                byLayer.Remove(layer);
    }

    public void Replace(Step step, Step other)
    {
        other.Order = step.Order;
        steps[IndexOf(step)] = other;
        Watch(other);
        Forget(step);
        Claim(other, other.Layers);
    }

    /// <summary>Goes on with other instructions, before any was changed.</summary>
    public void StartAnew(IReadOnlyList<Step> other)
    {
        steps.Clear();
        steps.AddRange(other);
        byLayer.Clear();
        (targets, context, workingDirectories, barriers) = (null, null, null, null);
        Last = new LastSteps(steps, Work);
        Mentions = new Mentions(steps, Work);
        Index();
    }

    public void InsertFirst(Step step)
    {
        steps.Insert(0, step);
        Renumber();
        Watch(step);
        Forget(step);
    }

    /// <summary>Has an instruction stand right before another one.</summary>
    public void MoveBefore(Step step, Step next)
    {
        steps.RemoveAt(IndexOf(step));
        var place = IndexOf(next);
        steps.Insert(place, step);
        step.Order = next.Order - 1;
        if (place > 0 && steps[place - 1].Order >= step.Order)
            Renumber();
        Forget(step);
    }

    /// <summary>What came of other instructions came of this one as well, or alone.</summary>
    public void AddLayers(Step step, IEnumerable<int> layers)
    {
        step.Layers.UnionWith(layers);
        Claim(step, layers);
        if (step.IsCopy)
            (targets, context) = (null, null);
    }

    /// <summary>
    /// Makes one RUN of all from the first to the last; what stands between may only be RUN, or change nothing that a
    /// RUN could notice. False, and nothing changed, where that is not so.
    /// </summary>
    public bool Merge(Step first, Step last)
    {
        if (first == last)
            return true;
        var (start, end) = (IndexOf(first), IndexOf(last));
        if (start > end || !first.IsRun || !last.IsRun || !IsOpenBetween(first, last))
            return false;
        Work.Spend(end - start + 1);
        var runs = steps.GetRange(start, end - start + 1).Where(s => s.IsRun).ToList();
        if (runs.Exists(r => r.User != first.User || r.Directory != first.Directory
                || !r.Options.SequenceEqual(first.Options))
            || runs.Count > MaxRuns || runs.Sum(r => (long)r.Text.Length) > MaxMerged || Joined(runs) is not { } script)
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
        // Those that it is made of go, so that their layers are its own.
        foreach (var run in runs)
        {
            run.TextChanged = null;
            if (run != last)
            {
                steps.RemoveAt(IndexOf(run));
                Forget(run);
            }

            foreach (var layer in run.Layers)
                byLayer.Remove(layer);
        }

        Replace(last, whole);
        return true;
    }

    /// <summary>The first instruction that a layer came of is meant by it.</summary>
    private void Claim(Step step, IEnumerable<int> layers)
    {
        foreach (var layer in layers)
            if (byLayer.GetValueOrDefault(layer) is not { } known || known.Order > step.Order)
                byLayer[layer] = step;
    }

    /// <summary>
    /// Has the RUN that made some files remove them at its end; joins the removal to one that stands there already.
    /// </summary>
    /// <param name="apart">Not to one of other files: what hardly matters has a line of its own.</param>
    public static bool RemoveAtEnd(Step step, IEnumerable<string> words, Predicate<string>? apart = null)
    {
        if (step.Script() is not { } script
            || !step.Options.TrueForAll(o => !o.StartsWith("--mount=type=cache", StringComparison.Ordinal)))
            return false;
        var last = script.Commands[^1];
        var joined = last is { Name: "rm", Operator: "", IsPipe: false } && last.Words.Count > 2
            && last.Words[0].Raw == "rm" && last.Words[1].Raw is "-rf" or "-fr"
            && last.Words.Skip(2).All(w => !w.Raw.Contains('>', StringComparison.Ordinal)
                && apart?.Invoke(w.Raw) != false);
        var there = joined ? last.Words.Select(w => w.Raw).ToHashSet(StringComparer.Ordinal) : [];
        var missing = words.Where(w => !there.Contains(w)).Distinct().ToList();
        if (missing.Count == 0)
            return true;
        step.Text = (joined
            ? script.Replace(script.Commands.Count - 1, last.Text + " " + string.Join(' ', missing))
            : script.Append("rm -rf " + string.Join(' ', missing))).ToString();
        return true;
    }

    private ShellScript? Joined(List<Step> runs)
    {
        var script = runs[0].Script();
        foreach (var run in runs.Skip(1))
        {
            script = script is null || run.Script() is not { } next ? null : script.Then(next);
            if (script is null)
                return null;
            // Each time it is written anew.
            Work.Spend(script.Commands.Count);
        }

        return script;
    }

    private IEnumerable<Step> From(int start, int end)
    {
        var looked = 1;
        for (var i = Math.Max(0, start); i < end; i++, looked++)
            yield return steps[i];
        Work.Spend(looked);
    }

    private void Index()
    {
        Renumber();
        foreach (var step in steps)
        {
            Work.Spend(1 + step.Layers.Count);
            Watch(step);
            if (step.Keyword != "FROM")
                foreach (var layer in step.Layers)
                    byLayer.TryAdd(layer, step);
        }
    }

    private void Watch(Step step)
    {
        step.TextChanged = s =>
        {
            Last.Note(s);
            Mentions.Note(s);
            if (s.IsCopy)
                (targets, context) = (null, null);
        };
        Last.Note(step);
        Mentions.Note(step);
    }

    private void Forget(Step step)
    {
        Mentions.Forget();
        ForgetWhatStands(step);
    }

    private void ForgetWhatStands(Step step)
    {
        Last.Forget(step);
        if (step.IsCopy)
            (targets, context) = (null, null);
        if (!step.IsRun && !step.IsNeutral)
            barriers = null;
    }

    private void Renumber()
    {
        for (var i = 0; i < steps.Count; i++)
            steps[i].Order = i * Gap;
        barriers = null;
    }
}
