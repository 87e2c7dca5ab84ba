using ImageInsight.Analysis.Findings.Caches;
using ImageInsight.Analysis.Instructions;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Files that a later layer replaced with other content: both versions are stored and pulled.</summary>
internal sealed class OverwrittenRule : IFindingRule
{
    public const string RuleId = "overwritten";

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.Overwritten))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} replaced by other content in a later layer",
                Confidence.Safe,
                layer,
                evidence,
                FixFor(image, layer, evidence))
            {
                Remedy = new Remedy.StoreOnce(StoredChange.Replaced),
            });
    }

    private static Fix FixFor(FindingContext image, int layer, EvidenceList evidence) =>
        Instruction.IsRun(image.InstructionOf(layer))
            && SystemCaches.Containing(evidence.BiggestPath()) is { } cache
            ? new Fix(
                $"Each version of a file is stored whole, and these belong to the cache of {cache.Name}. Remove the "
                    + "cache in every RUN that fills it, or install in one RUN.", cache.Snippet)
            : new Fix(
                $"Each version of a file is stored whole. Write the final content once: merge the instructions, or "
                    + $"order them so that layer {layer} is the only one that writes.",
                $"# layer {layer} rewrites these files\n#   {Phrases.Short(image.InstructionOf(layer))}");
}
