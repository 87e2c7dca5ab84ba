using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>Files that a lower layer brought and a later one removed: the delete hides them, the bytes stay.</summary>
internal sealed class DeletedLaterRule : IFindingRule
{
    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in DeadBytes.ByHidingLayer(image, LedgerClass.Deleted))
        {
            var moved = evidence.WasMoved();
            yield return DeadBytes.ToFinding(
                image,
                "deleted-later",
                $"{Phrases.Files(evidence.Count)} {(moved ? "moved" : "deleted")} after an earlier layer had stored {(evidence.Count == 1 ? "it" : "them")}",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, evidence, moved));
        }
    }

    private static Fix FixFor(FindingContext image, int layer, EvidenceList evidence, bool moved)
    {
        var carrier = evidence.Biggest().GroupBy(e => e.Layer).MaxBy(g => g.Sum(e => e.DiskBytes))!.Key;
        var place = evidence.MainDirectory();
        var brings = image.InstructionOf(carrier);
        if (moved)
            return new Fix(
                $"A move in a later layer stores the files twice. Put them where they belong in the first place (layer {carrier}), and drop the move from layer {layer}.",
                Instruction.IsCopy(brings)
                    ? $"COPY <source> <final path>   # instead of {place}, then: {Phrases.Short(image.InstructionOf(layer))}"
                    : $"RUN {AsCommand(brings)} \\\n && mv {place} <final path>");
        if (Instruction.IsCopy(brings))
            return new Fix(
                $"Layer {carrier} copies these files in and layer {layer} removes them; everyone still pulls both. " +
                "Leave them out of the COPY (.dockerignore), or lend them to the one command that needs them by a mount.",
                $"RUN --mount=type=bind,source=<source>,target={(place == "/" ? "/src" : place)} <the command that needs them>");
        return new Fix(
            $"A delete in a later layer only hides. Remove the files in the same RUN that makes them (layer {carrier}).",
            $"RUN {AsCommand(brings)} \\\n && rm -rf {Removable(evidence, place)}");
    }

    /// <summary>A directory is named whole only when it is clearly the files' own.</summary>
    private static string Removable(EvidenceList evidence, string place) =>
        evidence.Count > 5 && place.Count(c => c == '/') >= 2
            ? place + "/*"
            : string.Join(' ', evidence.Biggest().Take(5).Select(e => e.Path));

    private static string AsCommand(string? instruction) =>
        Instruction.IsRun(instruction) ? Phrases.Short(instruction![4..].Trim()) : "<the command that makes them>";
}
