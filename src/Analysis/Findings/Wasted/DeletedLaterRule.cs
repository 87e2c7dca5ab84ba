using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Caches;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Files that a lower layer brought and a later one removed: the bytes stay in the lower layer.</summary>
internal sealed class DeletedLaterRule : IFindingRule
{
    public const string RuleId = "deleted-later";

    /// <summary>More do not fit a snippet.</summary>
    private const int MostBetween = 8;

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(
            image, WastedKind.Deleted, i => !image.Moved.Contains(i)))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} deleted after an earlier layer had stored "
                    + $"{Phrases.Them(evidence.Count)}",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, evidence))
            {
                Remedy = new Remedy.StoreOnce(StoredChange.Removed),
            });
    }

    private static Fix FixFor(FindingContext image, int layer, EvidenceList evidence)
    {
        var carrier = evidence.MainLayer();
        var place = evidence.MainDirectory();
        var brings = image.InstructionOf(carrier);
        // An index goes after the last install that reads it, not where it was fetched.
        if (Instruction.IsRun(brings) && SystemCaches.Containing(evidence.BiggestPath()) is { } cache)
            return new Fix(
                $"Deleting files in a later layer frees nothing: layer {carrier} still stores the cache of " +
                $"{cache.Name}, and every pull downloads it. Update, install and remove it in one RUN.",
                cache.Snippet);
        if (brings?.StartsWith("ADD ", StringComparison.OrdinalIgnoreCase) == true && evidence.Count > 1)
            return new Fix(
                $"Layer {carrier} unpacks these files and layer {layer} removes them, so every pull still downloads " +
                "them. Mount the archive for the command that needs them, and unpack it there.",
                "RUN --mount=type=bind,source=<source>,target=/mnt/archive \\\n    tar -xf /mnt/archive -C "
                    + $"{place} \\\n && <the command that needs them> \\\n && "
                    + Removal(image, layer, evidence, place));
        if (Instruction.IsCopy(brings))
            return new Fix(
                $"Layer {carrier} copies these files in and layer {layer} removes them, so every pull still " +
                "downloads them. " +
                "Replace the COPY and the delete by a mount for the command that needs them; exclude what no command " +
                "needs with .dockerignore.",
                $"RUN --mount=type=bind,source=<source>,target={Target(evidence, place)} <the command that needs "
                    + $"{Phrases.Them(evidence.Count)}>");
        return new Fix(
            "Deleting files in a later layer frees nothing. Remove them in the same RUN that creates them (layer " +
            $"{carrier}).",
            $"RUN {string.Concat(Between(image, carrier, layer).Select(b => b.Mount))}"
                + string.Join(" \\\n && ", Between(image, carrier, layer).Select(b => b.Command).OfType<string>()
                    .Prepend(Phrases.Command(brings)).Append(Removal(image, layer, evidence, place))));
    }

    /// <summary>
    /// What runs between the one that makes the files and the one that removes them needs them: it is part of the same
    /// RUN, and what a COPY brings meanwhile is mounted for it.
    /// </summary>
    private static IEnumerable<(string Mount, string? Command)> Between(FindingContext image, int carrier, int layer)
    {
        foreach (var between in image.Facts.Layers.Skip(carrier + 1).Take(Math.Min(layer - carrier - 1, MostBetween)))
            if (Instruction.IsRun(between.Instruction))
                yield return ("", Phrases.Command(between.Instruction));
            else if (Instruction.IsCopy(between.Instruction)
                && between.Instruction!.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [.., var target])
                yield return ($"--mount=type=bind,source=<source>,target={target},rw \\\n    ", null);
    }

    /// <summary>A mount over /tmp would hide what else is there.</summary>
    private static string Target(EvidenceList evidence, string place) =>
        evidence.Count == 1 ? evidence.BiggestPath() : place is "/" or "/tmp" or "/root" ? "/src" : place;

    /// <summary>
    /// A directory is named whole only when it is clearly the files' own and nothing of it is left; else the command
    /// that took them away says it best.
    /// </summary>
    private static string Removal(FindingContext image, int layer, EvidenceList evidence, string place)
    {
        if (evidence.Count > 5 && place.Count(c => c == '/') >= 2
            && !(image.Tree.Find(place) is var node and >= 0 && image.Tree.Nodes[node].Visible
                && image.Tree.FinalSizes[node].Files > 0))
            return $"rm -rf {place}/*";
        return evidence.Count > 5 && Instruction.IsRun(image.InstructionOf(layer))
            ? Phrases.Command(image.InstructionOf(layer))
            : "rm -rf " + string.Join(' ', evidence.BiggestPaths(5));
    }
}
