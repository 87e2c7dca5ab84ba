namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>Versions of package databases and account files that later installs replaced.</summary>
internal sealed class BookkeepingRule : IFindingRule
{
    public const string RuleId = "bookkeeping";

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.Bookkeeping))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} that package managers and system tools rewrote",
                Confidence.Maybe,
                layer,
                evidence,
                new Fix(
                    "These are databases of the system's own tools; each install stores them again. Installing " +
                    "everything in one RUN stores them once; " +
                    "the base image's versions can only be removed by squashing. Rarely worth a change.",
                    $"# layer {layer} rewrites these files\n#   {Phrases.Short(image.InstructionOf(layer))}")));
    }
}
