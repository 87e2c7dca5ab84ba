using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Files stored again with the same content because a later layer changed their mode, owner or time.</summary>
internal sealed class MetadataCopyRule : IFindingRule
{
    public const string RuleId = "metadata-copy";

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.SameContent))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} stored again with the same content{By(image.InstructionOf(layer))}",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, image.InstructionOf(layer), evidence))
            {
                Remedy = new Remedy.StoreOnce(StoredChange.Metadata),
            });
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.RestoredFromBase))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} of the base image stored again with the same "
                    + $"content{By(image.InstructionOf(layer))}",
                Confidence.Probable,
                layer,
                evidence,
                new Fix(
                    $"The base image has these files already; layer {layer} stores them again only to change mode, " +
                    "owner or time. Leave them as they are in the base image.",
                    $"# layer {layer}\n#   {Phrases.Short(image.InstructionOf(layer))}"))
            {
                Key = "base",
            });
    }

    /// <summary>What ADD unpacked, COPY would not.</summary>
    private static string Keyword(string? copy) =>
        copy?.StartsWith("ADD ", StringComparison.OrdinalIgnoreCase) == true ? "ADD" : "COPY";

    /// <summary>The folder that the chown is about: the command makes its files in there.</summary>
    private static string OperandOf(string? instruction, EvidenceList evidence) =>
        instruction?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var last] && last.StartsWith('/')
            && last.Length > 1 ? last : evidence.MainDirectory();

    /// <summary>Where that COPY puts what it brings: its own last word, where it is a path.</summary>
    private static string TargetOf(string? copy, EvidenceList evidence) =>
        copy?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var last] && last.StartsWith('/') ? last
            : evidence.MainDirectory();

    private static string By(string? instruction) => instruction switch
    {
        { } i when Instruction.IsCopy(i) => " by a second copy",
        { } i when i.Contains("chown", StringComparison.Ordinal) => " by a chown",
        { } i when i.Contains("chmod", StringComparison.Ordinal) => " by a chmod",
        _ => "",
    };

    private const string Several = "lower layers";

    /// <summary>The layers that had the files before.</summary>
    private static string Held(EvidenceList evidence) =>
        evidence.Biggest().Select(e => e.Layer).Distinct().ToList() is [var one] ? $"layer {one}" : Several;

    private static Fix FixFor(FindingContext image, int layer, string? instruction, EvidenceList evidence)
    {
        if (Instruction.IsCopy(instruction))
            return new Fix(
                $"The image has these files already ({evidence.BiggestPath()} in {Held(evidence)}), and layer {layer} "
                    + "copies them again, unchanged or with another owner, mode or time. Copy them only once.",
                $"# layer {layer}: without the files that an earlier layer has\n{Phrases.Short(instruction)}");
        // COPY can set it for what it brings alone; what a RUN made, like node_modules, has the owner of its user.
        var carrier = evidence.MainLayer();
        var copied = Instruction.IsCopy(image.InstructionOf(carrier));
        var user = instruction?.Contains("chown", StringComparison.Ordinal) == true
            && Argument(instruction, "chown") is { } name && !name.StartsWith('$') ? name.Split(':')[0] : null;
        var flags = new List<string>();
        if (Argument(instruction, "chown") is { } owner)
            flags.Add($"--chown={owner}");
        if (instruction?.Contains("chmod", StringComparison.Ordinal) == true)
            flags.Add($"--chmod={Mode(image.Tree, Argument(instruction, "chmod"), evidence)}");
        if (flags.Count == 0)
            flags.Add("--chown=user:group");
        var syntax = flags.Exists(f => f.StartsWith("--chmod=", StringComparison.Ordinal)
            && !f["--chmod=".Length..].All(char.IsAsciiDigit))
            ? "# a symbolic mode needs docker/dockerfile:1.14 or later\n"
            : "";
        var held = Held(evidence) is var lower && lower == Several ? $"{lower} hold" : $"{lower} holds";
        return copied
            ? new Fix(
                $"Layer {layer} stores again what {held}; a new mode or owner is enough for that. Set it in COPY or " +
                "ADD and remove the later instruction.",
                $"{syntax}{Keyword(image.InstructionOf(carrier))} {string.Join(' ', flags)} <source> "
                    + TargetOf(image.InstructionOf(carrier), evidence))
            : new Fix(
                $"Layer {layer} stores again what {held}; a new mode, owner or time is enough for that. Do it in the " +
                "RUN that creates the files, or create them as the right user.",
                !copied && user is { Length: > 0 } && Instruction.IsRun(image.InstructionOf(carrier))
                    ? $"RUN chown {user} {OperandOf(instruction, evidence)}\nUSER {user}\n"
                        + $"RUN {Phrases.Command(image.InstructionOf(carrier))}"
                : Instruction.IsRun(instruction)
                    ? $"RUN <the command that makes them> \\\n && {Phrases.Short(instruction![4..].Trim())}"
                    : "");
    }

    /// <summary>
    /// COPY --chmod takes octal modes with every builder; a symbolic one becomes the mode that all files came to have,
    /// if they have one.
    /// </summary>
    private static string Mode(FileTree tree, string? mode, EvidenceList evidence)
    {
        if (mode is { Length: > 0 } && mode.All(char.IsAsciiDigit))
            return mode;
        var modes = evidence.BiggestNodes(FindingContext.MaxPaths)
            .Where(n => n >= 0 && tree.Nodes[n] is { Visible: true, Ordinal: >= 0 })
            .Select(n => (int)tree.Layers[tree.Nodes[n].Layer].Layer.Entries[tree.Nodes[n].Ordinal].Mode).Distinct()
            .Take(2).ToList();
        // Directories get the same, and whoever may read one must be let in, too.
        return modes is [var one] && (one >> 2 & ~one & 0x49) == 0 ? Convert.ToString(one & 0xFFF, 8).PadLeft(4, '0')
            : mode ?? "0755";
    }

    /// <summary>
    /// The first operand after the command's options: <c>chown -R app:app /srv</c> gives <c>app:app</c>.
    /// </summary>
    private static string? Argument(string? instruction, string command)
    {
        var words = (instruction ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.FindIndex(words, w => w == command || w.EndsWith('/' + command));
        return at < 0 ? null : words.Skip(at + 1).FirstOrDefault(w => !w.StartsWith('-'));
    }
}
