using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Dockerfiles.Reading;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>The Dockerfile that an image's history stands for, and one that avoids what was found.</summary>
/// <param name="Ignore">A .dockerignore that belongs to the proposal; null when it needs none.</param>
/// <param name="Applied">Ids of the findings that the proposal answers by a change.</param>
/// <param name="Notes">What cannot be known from an image, as far as it matters here.</param>
/// <param name="Now">Sizes as they are.</param>
/// <param name="Predicted">Sizes without what the applied findings are about.</param>
public sealed record Dockerfile(
    IReadOnlyList<DockerfileLine> Lines,
    IReadOnlyList<ProposedLine> Proposed,
    string? Ignore,
    IReadOnlyList<string> Applied,
    IReadOnlyList<string> Notes,
    Simulation Now,
    Simulation Predicted)
{
    /// <summary>What a first stage keeps for itself, applied findings apart.</summary>
    public BodySet LeftBehind { get; init; } = BodySet.Empty;

    /// <summary>The longest that is worth reading; histories may have more lines.</summary>
    private const int MaxSteps = 2000;

    /// <summary>Findings that are said of each line of an instruction; more are said of its first.</summary>
    private const int MostAnswers = 20;

    public string Text => string.Join('\n', Lines.Select(l => l.Text)) + "\n";

    public string ProposedText => string.Join('\n', Proposed.Select(l => l.Text)) + "\n";

    public static Dockerfile Create(
        FileTree tree, IReadOnlyList<HistoryEntry> history, BaseImage from, string platform,
        IReadOnlyList<Finding> findings, WorkBudget work) =>
        Create(tree, new BuildRecord(history, ImageSettings.None), from, platform, findings, work);

    public static Dockerfile Create(
        FileTree tree, BuildRecord record, BaseImage from, string platform, IReadOnlyList<Finding> findings,
        WorkBudget work)
    {
        var history = record.History;
        var config = new ConfigValues(record.Settings);
        var steps = StepsOf(tree, record, from, platform, work, config);
        var lines = LinesOf(steps, tree, findings, work, config);
        var draft = new Draft([.. steps.Select(s => s.Copy())], tree, work);
        Proposal.Apply(draft, findings);
        var applied = findings.Where(f => draft.Applied.Contains(f.Id)).ToList();
        return new Dockerfile(
            lines,
            ProposedOf(draft, lines),
            draft.Ignored.Count == 0 ? null : string.Join('\n', draft.Ignored.Keys) + "\n",
            [.. applied.Select(f => f.Id)],
            NotesOf(steps, history),
            Simulation.Without(tree.Layers, []),
            Simulation.Without(tree.Layers, applied.Select(f => f.Bodies).Append(draft.LeftBehind)))
        {
            LeftBehind = draft.LeftBehind,
        };
    }

    internal static List<Step> StepsOf(
        FileTree tree, BuildRecord record, BaseImage from, string platform, WorkBudget work, ConfigValues config)
    {
        var posix = !platform.StartsWith("windows", StringComparison.OrdinalIgnoreCase);
        var steps = Reconstruction.Read([.. record.History.Take(MaxSteps)], from, tree.Layers, posix, work, config);
        steps.AddRange(ConfigOnly.Steps(record, steps, work));
        return steps;
    }

    private static List<DockerfileLine> LinesOf(
        List<Step> steps, FileTree tree, IReadOnlyList<Finding> findings, WorkBudget work, ConfigValues config)
    {
        var lines = new List<DockerfileLine>();
        var byLayer = findings.Select((f, i) => (Finding: f, Place: i)).ToLookup(f => f.Finding.Layer);
        var ofNone = byLayer[null].Where(f => f.Finding.Instruction is not null)
            .ToLookup(f => CleanInstruction.Read(f.Finding.Instruction!, config));
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            work.Spend(1 + step.Text.Length + step.Layers.Count);
            int? layer = step.Layers.Count == 0 ? null : step.Layers.Max;
            List<string> caused =
            [
                .. step.Layers.SelectMany(l => byLayer[l])
                    .Concat(step.HistoryIndex is null ? [] : ofNone[(step.Keyword, step.Text)])
                    .OrderBy(f => f.Place).Select(f => f.Finding.Id).Where(listed.Add),
            ];
            foreach (var (text, first) in Layout.Lines(step).Select((t, i) => (t, i == 0)))
                lines.Add(new DockerfileLine(
                    lines.Count + 1, text, step.HistoryIndex, layer,
                    first && layer is not null
                        ? step.Layers.Where(l => l < tree.Layers.Count).Sum(l => tree.Layers[l].Layer.DiskBytes)
                        : null,
                    first ? caused : []));
        }

        return lines;
    }

    internal static List<ProposedLine> ProposedOf(Draft draft, List<DockerfileLine> before)
    {
        var known = before.Select(l => Bare(l.Text)).ToHashSet(StringComparer.Ordinal);
        var lines = new List<ProposedLine>();
        foreach (var step in draft.Steps)
        {
            foreach (var (text, finding) in step.Margin)
                lines.Add(new ProposedLine(
                    text.Length == 0 ? "" : "# " + text.ReplaceLineEndings(" "), finding is null ? [] : [finding]));
            var own = Layout.Lines(step);
            draft.Work.Spend(own.Count + step.Text.Length);
            var changed = own.Any(l => !known.Contains(Bare(l)));
            string[] answers = [.. step.Answers];
            var isFirst = true;
            for (var i = 0; i < own.Count; i++)
            {
                var isMeant = changed ? !known.Contains(Bare(own[i])) : i == 0;
                // Many on each of many lines would be more than the Dockerfile.
                lines.Add(new ProposedLine(
                    own[i], isMeant && (isFirst || answers.Length <= MostAnswers) ? answers : []));
                isFirst &= !isMeant;
            }
        }

        return lines;
    }

    /// <summary>A line that only goes on is no other line.</summary>
    private static string Bare(string line) => line.TrimEnd('\\', ' ').TrimStart();

    private static List<string> NotesOf(List<Step> steps, IReadOnlyList<HistoryEntry> history)
    {
        List<string> notes =
        [
            "Comments, and stages that only built something: what stands here is reconstructed from the history."
        ];
        if (history.Count > MaxSteps)
            notes.Add($"Only the first {MaxSteps} lines of the history are shown.");
        if (history.Count > 0 && history.All(h => h.Layer is null))
            notes.Add("The history does not match the layers, so no instruction can be tied to its bytes and nothing "
                + "is changed.");
        if (steps.Exists(s => s.IsCopy && s.Text.StartsWith("<source>", StringComparison.Ordinal)))
            notes.Add("This builder stores a hash instead of the names that COPY and ADD took: put them where "
                + "<source> stands.");
        if (steps.Exists(s => s.IsCopy && s.Text.StartsWith('/')
            && !s.Options.Exists(o => o.StartsWith("--from", StringComparison.Ordinal))))
            notes.Add("A COPY from an absolute path usually took it from another stage (--from), which the history "
                + "does not say.");
        if (steps.Exists(s => s.Keyword.Length == 0 && s.Text.EndsWith(Reconstruction.Lost, StringComparison.Ordinal)))
            notes.Add("The content of a here-document that COPY wrote, or that a RUN ran, is not in the history: the "
                + "line is a comment.");
        if (steps.Exists(s => s.Keyword.Length == 0 && s.Text == ConfigOnly.Comment))
            notes.Add("Some settings stand in the image's config alone: this builder does not write them into the "
                + "history.");
        if (steps.Exists(s => s.Text.Contains("=***", StringComparison.Ordinal)))
            notes.Add("Values of variables that hold a secret by their name are never kept: *** stands for them.");
        return notes;
    }
}
