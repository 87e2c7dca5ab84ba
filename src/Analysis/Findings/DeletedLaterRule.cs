using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>Files that a lower layer brought and a later one removed: the delete hides them, the bytes stay.</summary>
internal sealed class DeletedLaterRule : IFindingRule
{
    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in DeadBytes.ByHidingLayer(image, LedgerClass.Deleted))
        {
            var carriers = evidence.Biggest().GroupBy(e => e.Layer).OrderByDescending(g => g.Sum(e => e.DiskBytes)).Select(g => g.Key).ToList();
            yield return DeadBytes.ToFinding(
                image,
                "deleted-later",
                $"{Phrases.Files(evidence.Count)} deleted after an earlier layer had stored them",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, carriers[0], evidence));
        }
    }

    private static Fix FixFor(FindingContext image, int layer, int carrier, EvidenceList evidence)
    {
        var place = evidence.MainDirectory();
        var brings = Phrases.Short(image.InstructionOf(carrier));
        var removes = Phrases.Short(image.InstructionOf(layer));
        if (carrier == layer)
            return new Fix("The layer holds two versions of these files; build it anew with a current builder.", $"# rebuild: {brings}");
        if (Instruction.IsCopy(image.InstructionOf(carrier)))
            return new Fix(
                $"Layer {carrier} copies these files in and layer {layer} removes or moves them; both layers are pulled. " +
                "Copy only what stays, straight to where it stays, or use the files by a bind mount that leaves nothing behind.",
                $"# instead of\n#   {brings}\n#   {removes}\nRUN --mount=type=bind,source=.,target=/src  <the command that needs {place}>");
        return new Fix(
            $"A delete in a later layer only hides. Remove the files in the same RUN that makes them (layer {carrier}).",
            $"RUN {AsCommand(image.InstructionOf(carrier))} \\\n && {AsCommand(image.InstructionOf(layer))}");
    }

    private static string AsCommand(string? instruction) =>
        Phrases.Short(Instruction.IsRun(instruction) ? instruction![4..].Trim() : $"# {instruction ?? "unknown instruction"}");
}
