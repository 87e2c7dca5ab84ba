using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Files that a layer took away at one path and stored again at another: a move in its own RUN.</summary>
internal sealed class MovedCopyRule : IFindingRule
{
    public const string RuleId = "moved-copy";

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.Deleted, image.Moved.Contains))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} moved after an earlier layer had stored "
                    + $"{Phrases.Them(evidence.Count)}",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, evidence))
            {
                Remedy = new Remedy.StoreOnce(StoredChange.Moved),
            });
    }

    private static Fix FixFor(FindingContext image, int layer, EvidenceList evidence)
    {
        var carrier = evidence.MainLayer();
        var place = evidence.MainDirectory();
        var brings = image.InstructionOf(carrier);
        return new Fix(
            "Moving files in a later layer stores them twice. Put them into their final place at once (layer " +
            $"{carrier}), and remove the move from layer {layer}.",
            Instruction.IsCopy(brings)
                ? $"COPY <source> <final path>\n# instead of {place}, then: "
                    + $"{Phrases.Short(image.InstructionOf(layer))}"
                : $"RUN {Phrases.Command(brings)} \\\n && mv {place} <final path>");
    }
}
