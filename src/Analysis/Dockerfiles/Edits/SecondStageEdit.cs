using System.Buffers;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Findings.Stages;
using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>
/// All instructions become a first stage that builds; a second one repeats what prepares the system and what says how
/// the program starts, and takes over what was built.
/// </summary>
internal sealed class SecondStageEdit : IEdit
{
    public const string Name = "build";

    /// <summary>They say how a container runs, and nothing to a build.</summary>
    private static readonly string[] OfContainers =
        ["CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "LABEL", "STOPSIGNAL", "VOLUME"];

    private static readonly SearchValues<char> Unquoted = SearchValues.Create(" \t\n\r\"'\\$*?[]%");

    public bool TryApply(Draft draft, Finding finding)
    {
        if (StageOf(finding) is not { } remedy)
            return false;
        if (!draft.HasStages)
        {
            if (Stages(draft, remedy) is not { } stages)
                return false;
            var left = LeftBehind(draft, remedy);
            // Taking all of it over is no gain, unless it was made less before.
            if (left.IsEmpty && remedy.Finish.Count == 0)
                return false;
            draft.StartAnew(stages);
            (draft.LeftBehind, draft.HasStages) = (left, true);
        }

        draft.Answer(finding, draft.Last.Find("FROM", s => s.Keyword == "FROM")!);
        return true;
    }

    public static Remedy.SecondStage? StageOf(Finding finding) =>
        finding.Remedy as Remedy.SecondStage ?? (finding.Remedy as Remedy.OmitDevelopment)?.Stage;

    private static List<Step>? Stages(Draft draft, Remedy.SecondStage remedy)
    {
        var from = draft.Steps.TakeWhile(s => s.Keyword != "FROM").Count();
        // COPY takes names with blanks in another form; nobody has such folders of programs.
        if (from == draft.Steps.Count || remedy.Copies.Any(c => c.Path.AsSpan().IndexOfAny(Unquoted) >= 0))
            return null;
        var own = draft.Steps.Skip(from + 1).ToList();
        draft.Work.Spend(draft.Steps.Sum(s => (long)s.Text.Length + s.Layers.Count));
        if (own.Exists(s => s.Keyword is "FROM" or "ONBUILD") || own is [{ User: not ("" or "root" or "0") }, ..])
            return null;
        var again = new Repeated(remedy);
        var (first, last) = (new List<Step>(), new List<Step>());
        foreach (var step in draft.Steps.Take(from))
            first.Add(step);
        first.Add(draft.Steps[from].With(draft.Steps[from].Text + " AS " + Name));
        // The base's layers are those of the image that is made.
        var head = new Step
        {
            Keyword = "FROM",
            Text = remedy.Base ?? draft.Steps[from].Text,
            Layers = [.. draft.Steps[from].Layers],
            Margin = [("", null), (Headline(remedy), null), .. remedy.Notes.Select(n => (n, (string?)null))],
        };
        first[^1].Layers.Clear();
        last.Add(head);
        var place = own.FindLastIndex(s => (s.IsRun && again.PartOf(s) is null) || s.IsCopy);
        for (var i = 0; i < own.Count; i++)
        {
            Divide(own[i], again, first, last);
            if (i == place)
                last.AddRange(TakenOver(remedy, own[i]));
        }

        if (place < 0)
            last.AddRange(TakenOver(remedy, head));
        first.AddRange(Finish(remedy, own));
        return [.. first, .. last];
    }

    private static string Headline(Remedy.SecondStage remedy) =>
        $"What the {remedy.Language} program needs to run: "
            + (remedy.Base is null ? "the same base" : "a base to run on") + ", without what only builds it.";

    private static void Divide(
        Step step, Repeated again, List<Step> first, List<Step> last)
    {
        if (!OfContainers.Contains(step.Keyword))
        {
            var own = step.Copy();
            if (step.IsRun && again.PartOf(step) is { } script)
            {
                own.Layers.Clear();
                last.Add(step.With(script.ToString()));
            }

            first.Add(own);
        }

        if (OfContainers.Contains(step.Keyword) || step.Keyword is "ENV" or "WORKDIR" or "USER" or "SHELL" or "ARG")
            last.Add(step.Keyword is "WORKDIR" ? WithoutLayers(step) : step.Copy());
    }

    private static Step WithoutLayers(Step step)
    {
        var copy = step.Copy();
        copy.Layers.Clear();
        return copy;
    }

    /// <summary>What of each RUN the second stage repeats.</summary>
    private sealed class Repeated(Remedy.SecondStage remedy)
    {
        private readonly HashSet<int> layers = [.. remedy.Again];
        private readonly HashSet<string> without = new(remedy.Without, StringComparer.Ordinal);

        public ShellScript? PartOf(Step step) =>
            !step.Layers.Overlaps(layers) || step.Script() is not { } script ? null : StageCommands.Kept(
                script, path => remedy.Copies.Any(c => Paths.IsIn(path, c.Path) || Paths.IsIn(c.Path, path)), without,
                remedy.With);
    }

    private static IEnumerable<Step> Finish(Remedy.SecondStage remedy, List<Step> own)
    {
        if (remedy.Finish.Count == 0)
            yield break;
        var user = own.FindLast(s => s.IsRun)?.User ?? "";
        if (own.FindLast(s => s.Keyword == "USER") is { } set && set.Text != user)
            yield return new Step { Keyword = "USER", Text = user.Length > 0 ? user : "root" };
        foreach (var command in remedy.Finish)
            yield return new Step { Keyword = "RUN", Text = command, User = user };
    }

    /// <summary>Files of one folder and one owner in one instruction.</summary>
    private static IEnumerable<Step> TakenOver(Remedy.SecondStage remedy, Step before)
    {
        foreach (var folder in remedy.Folders.Where(_ => before.User is "" or "root" or "0"))
            yield return new Step
            {
                Keyword = "RUN",
                Text = $"mkdir -p {Paths.Word(folder.Path)} && chown {folder.Owner} {Paths.Word(folder.Path)}",
                Directory = before.Directory,
            };
        foreach (var folder in remedy.Copies.Where(c => c.IsFolder))
            yield return Copy($"{folder.Path} {folder.Path}/", folder.Owner, before);
        foreach (var files in remedy.Copies.Where(c => !c.IsFolder)
            .GroupBy(c => (Folder: c.Path[..(c.Path.LastIndexOf('/') + 1)], c.Owner)))
            yield return Copy(
                string.Join(' ', files.Select(f => f.Path)) + " " + files.Key.Folder, files.Key.Owner,
                before);
    }

    private static Step Copy(string text, string? owner, Step before) => new()
    {
        Keyword = "COPY",
        Options = ["--from=" + Name, .. owner is null ? [] : new[] { "--chown=" + owner }],
        Text = text,
        Directory = before.Directory,
        User = before.User,
    };

    private static BodySet LeftBehind(Draft draft, Remedy.SecondStage remedy)
    {
        var tree = draft.Tree;
        var again = remedy.Again.ToHashSet();
        var first = draft.Steps.FirstOrDefault(s => s.Keyword == "FROM")?.Layers is { Count: > 0 } own
            ? own.Max + 1 : 0;
        var taken = remedy.Copies.Select(c => tree.Find(c.Path)).Where(n => n > FileTree.Root).ToHashSet();
        if (taken.Count == 0)
            return BodySet.Empty;
        var inTaken = new Subtrees(tree, taken.Contains, draft.Work);
        draft.Work.Spend(tree.Nodes.Length + tree.Inodes.Length);
        var kept = new HashSet<int>();
        for (var n = 0; n < tree.Nodes.Length; n++)
            if (tree.Nodes[n] is { Visible: true, Inode: >= 0 and var inode } && inTaken.Has(n))
                kept.Add(inode);
        var unneeded = new HashSet<(int, int)>();
        foreach (var (layer, start, end) in remedy.Unneeded)
        {
            draft.Work.Spend(Math.Max(0, end - start) + 1);
            for (var i = start; i <= end; i++)
                unneeded.Add((layer, i));
        }

        return BodySet.FromInodes(tree, Enumerable.Range(0, tree.Inodes.Length).Where(
            i => unneeded.Contains((tree.Inodes[i].Layer, tree.Inodes[i].Ordinal)) || (tree.Inodes[i].Layer >= first
                && !again.Contains(tree.Inodes[i].Layer) && !kept.Contains(i))));
    }
}
