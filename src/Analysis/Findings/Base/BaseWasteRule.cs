using ImageInsight.Analysis.Findings.Wasted;

namespace ImageInsight.Analysis.Findings.Base;

/// <summary>Wasted bytes that the base image stored: no change of this Dockerfile takes them out.</summary>
internal sealed class BaseWasteRule : IFindingRule
{
    public const string RuleId = "base-waste";

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.FromBase))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} of the base image deleted or replaced in a layer above it",
                Confidence.Maybe,
                layer,
                evidence,
                new Fix(
                    "The base image stores these files whatever later layers do. Choose a base image without them, " +
                    "or copy what is needed onto a smaller one.",
                    "FROM <a base without these files>")));
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.WithinBase))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} that the base image stores and then deletes or replaces itself",
                Confidence.Maybe,
                layer,
                evidence,
                new Fix("These bytes are in the base image's own layers. Only its maintainers can leave them out; you "
                    + "can choose another base image.", "")));
    }
}
