using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.Dockerfiles.Reading;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Dockerfiles;

/// <summary>From the history to the instructions of the Dockerfile that was built on the base.</summary>
internal static class Reconstruction
{
    /// <summary>Of all RUNs; a line may give thousands.</summary>
    private const int MaxArguments = 2000;

    /// <summary>PATH_MAX: no longer one can be a working directory.</summary>
    private const int MaxDirectory = 4096;

    /// <summary>Said of a here-document.</summary>
    public const string Lost = "(a here-document whose content the history does not have)";

    private static readonly string[] Shells = ["sh", "bash", "ash", "dash", "ksh", "zsh"];

    public static List<Step> Read(
        IReadOnlyList<HistoryEntry> history, BaseImage from, IReadOnlyList<ImageLayer> layers, bool posix,
        WorkBudget work, ConfigValues? config = null)
    {
        var start = Start(history, from);
        List<Step> steps = [.. From(history, from, layers, start)];
        var given = new GivenArguments(work);
        var (directory, user) = ("/", "");
        var shell = new ShellInForce(posix);
        for (var i = 0; i < history.Count; i++)
        {
            work.Spend(1 + history[i].Instruction.Length);
            var step = StepOf(history[i], i, config);
            switch (step.Keyword)
            {
                case "WORKDIR":
                    // One relative to the other, they could grow with each line.
                    directory = Paths.Combine(directory, step.Text) is { Length: <= MaxDirectory } next
                        ? next
                        : directory;
                    break;
                case "USER":
                    user = step.Text;
                    break;
                case "SHELL":
                    shell.Declare(GoText.List(step.Text));
                    break;
                case "ARG":
                    given.Known.Add(step.Text.Split('=')[0]);
                    break;
            }

            // What the base did still says where and as whom the rest runs.
            if (i < start)
                continue;
            if (step.IsRun && shell.Before(history[i].Shell) is { } other)
                steps.Add(new Step
                {
                    Keyword = "SHELL",
                    Text = GoText.Json(other),
                    HistoryIndex = i,
                    Directory = directory,
                    User = user,
                });
            (step.Directory, step.User, step.Posix) = (directory, user, shell.IsPosix);
            if (step.IsRun)
                steps.AddRange(given.Declare(history[i].Arguments ?? [], step));
            if (step is { Keyword: "COPY", Options: var options }
                && !options.Exists(o => o.StartsWith("--chown", StringComparison.Ordinal))
                && OwnerOf(step, layers, work) is { } owner)
                options.Add("--chown=" + owner);
            if (step.Keyword == "ARG")
                given.Note(step);
            steps.Add(step);
        }

        return steps;
    }

    /// <summary>What runs a RUN: the last SHELL, or one that none declares and that is written here.</summary>
    private sealed class ShellInForce(bool posix)
    {
        private IReadOnlyList<string> declared = posix ? ["/bin/sh", "-c"] : ["cmd", "/S", "/C"];
        private IReadOnlyList<string>? written;

        public bool IsPosix { get; private set; } = posix;

        public void Declare(IReadOnlyList<string>? shell)
        {
            (declared, written) = (shell ?? declared, null);
            IsPosix = IsOne(shell ?? []);
        }

        /// <summary>The SHELL that must stand before a RUN; null when it is in force.</summary>
        /// <param name="stated">What ran it, where no SHELL says so.</param>
        public IReadOnlyList<string>? Before(IReadOnlyList<string>? stated)
        {
            if (stated is null ? written is null : written?.SequenceEqual(stated) == true)
                return null;
            written = stated;
            IsPosix = IsOne(stated ?? declared);
            return stated ?? declared;
        }

        // conda run -n env /bin/bash -c
        private static bool IsOne(IReadOnlyList<string> words) =>
            words.Any(w => Shells.Contains(w[(w.LastIndexOf('/') + 1)..]));
    }

    /// <summary>
    /// Build arguments that RUNs were given: where no ARG declares one, an ARG is put before the RUN.
    /// </summary>
    private sealed class GivenArguments(WorkBudget work)
    {
        private readonly Dictionary<string, Step> declared = new(StringComparer.Ordinal);

        public HashSet<string> Known { get; } = new(StringComparer.Ordinal);

        public void Note(Step step) => declared[step.Text.Split('=')[0]] = step;

        public IEnumerable<Step> Declare(IReadOnlyList<string> arguments, Step run)
        {
            foreach (var argument in arguments)
            {
                work.Spend(1 + argument.Length);
                var name = argument.Split('=')[0];
                var text = CleanInstruction.Read("ARG " + argument).Text;
                if (Known.Contains(name))
                {
                    // The value that it was built with, which may not be the default.
                    if (declared.TryGetValue(name, out var before))
                        before.Text = text;
                }
                else if (Known.Count < MaxArguments)
                {
                    Known.Add(name);
                    var own = new Step
                    {
                        Keyword = "ARG",
                        Text = text,
                        HistoryIndex = run.HistoryIndex,
                        Directory = run.Directory,
                        User = run.User,
                    };
                    Note(own);
                    yield return own;
                }
            }
        }
    }

    /// <summary>
    /// Whom all the files of a COPY belong to, when that is not root: without --chown it would be, and buildah's
    /// history leaves the option out. In numbers, as the layer has them.
    /// </summary>
    private static string? OwnerOf(Step copy, IReadOnlyList<ImageLayer> layers, WorkBudget work)
    {
        (long Uid, long Gid)? owner = null;
        foreach (var layer in copy.Layers.Where(l => l < layers.Count))
        {
            work.Spend(layers[layer].Layer.Entries.Count);
            for (var i = 0; i < layers[layer].Layer.Entries.Count; i++)
            {
                var entry = layers[layer].Layer.Entries[i];
                if (entry.Kind != EntryKind.File)
                    continue;
                if ((entry.Uid, entry.Gid) == (0, 0) || (owner is { } known && known != (entry.Uid, entry.Gid)))
                    return null;
                owner = (entry.Uid, entry.Gid);
            }
        }

        return owner is null ? null : $"{owner.Value.Uid}:{owner.Value.Gid}";
    }

    /// <summary>
    /// The first line of the history that is not the base's. CMD and ENTRYPOINT end a Dockerfile by custom: those right
    /// after the base's last layer are the base's own.
    /// </summary>
    private static int Start(IReadOnlyList<HistoryEntry> history, BaseImage from)
    {
        if (from.Layers == 0)
            return 0;
        var last = -1;
        for (var i = 0; i < history.Count && !(history[i].Layer >= from.Layers); i++)
            if (history[i].Layer < from.Layers)
                last = i;
        var next = last + 1;
        for (var i = next; i < history.Count && history[i].Layer is null; i++)
            if (Ends(history[i]))
            {
                next = i + 1;
                while (next < history.Count && Ends(history[next]))
                    next++;
                break;
            }

        return next;
    }

    private static bool Ends(HistoryEntry entry) =>
        entry.Empty && CleanInstruction.Read(entry.Instruction).Keyword is "CMD" or "ENTRYPOINT";

    private static IEnumerable<Step> From(
        IReadOnlyList<HistoryEntry> history, BaseImage from, IReadOnlyList<ImageLayer> layers, int start)
    {
        var name = Reference(from);
        if (from.Layers > 0)
        {
            var own = Enumerable.Range(0, Math.Min(from.Layers, layers.Count)).ToList();
            if (name is null)
                yield return Comment(
                    $"The base image brought {own.Count} "
                        + $"{(own.Count == 1 ? "layer" : "layers")}{(from.Name is { } holds ? $" ({holds})" : "")}; "
                        + "its name is not stored in the image.");
            yield return new Step
            {
                Keyword = "FROM",
                Text = name ?? "<base>",
                HistoryIndex = start > 0 ? start - 1
                : null,
                Layers = [.. own]
            };
            yield break;
        }

        var first = history.FirstOrDefault(h => !h.Empty);
        var scratch = first is not null && CleanInstruction.Read(first.Instruction).Keyword is "ADD" or "COPY";
        if (!scratch)
            yield return Comment("The image does not say what it was built on.");
        yield return new Step { Keyword = "FROM", Text = name ?? (scratch ? "scratch" : "<base>") };
    }

    /// <summary>What FROM may name: not what only says which system it is.</summary>
    private static string? Reference(BaseImage from) =>
        from is { Confidence: >= BaseConfidence.KnownImage, Name: { } name }
            && !name.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)
        && ImageReference.TryParse(name, out _, out _)
            ? from.Digest is { } digest && !name.Contains('@', StringComparison.Ordinal) ? $"{name}@{digest}" : name
            : null;

    private static Step Comment(string text) => new() { Keyword = "", Text = text };

    private static Step StepOf(HistoryEntry entry, int index, ConfigValues? config)
    {
        var (keyword, rest) = CleanInstruction.Read(entry.Instruction, config);
        SortedSet<int> layers = entry.Layer is { } layer ? [layer] : [];
        if (keyword.Length == 0)
            return new Step
            {
                Keyword = "",
                Text = rest.Length == 0 ? "(the history does not say what was done here)"
                    : "not a Dockerfile instruction: " + rest.ReplaceLineEndings(" "),
                HistoryIndex = index,
                Layers = layers,
            };
        var options = new List<string>();
        // HEALTHCHECK and the rest keep theirs: nothing here changes them.
        var at = 0;
        while (keyword is "RUN" or "COPY" or "ADD" && string.CompareOrdinal(rest, at, "--", 0, 2) == 0
            && rest.IndexOf(' ', at) is > 0 and var end)
        {
            options.Add(rest[at..end]);
            at = end;
            while (at < rest.Length && char.IsWhiteSpace(rest[at]))
                at++;
        }

        rest = rest[at..];
        if (HereDocuments.AreLost(keyword, rest))
            return new Step
            {
                Keyword = "",
                Text = $"{keyword} {rest.ReplaceLineEndings(" ")} {Lost}",
                HistoryIndex = index,
                Layers = layers,
            };

        return new Step
        {
            Keyword = keyword,
            Text = rest,
            Options = options,
            HistoryIndex = index,
            Layers = layers,
            CopiesTree = !rest.StartsWith("<source> ", StringComparison.Ordinal) ? null
                : entry.Instruction.Contains(" dir:", StringComparison.Ordinal),
        };
    }
}
