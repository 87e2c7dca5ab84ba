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
                $"{Phrases.Files(evidence.Count)} of the base image deleted or replaced here",
                Confidence.Maybe,
                layer,
                evidence,
                new Fix(
                    "The base stores these files whatever happens above it. Choose a base that does not bring them, or copy what is needed onto a smaller one.",
                    "FROM <a base without these files>")));
        foreach (var (layer, evidence) in WastedBodies.ByCausingLayer(image, WastedKind.WithinBase))
            yield return image.Finding(new(
                Id,
                $"{Phrases.Files(evidence.Count)} that the base image stores and hides itself",
                Confidence.Maybe,
                layer,
                evidence,
                new Fix("The base's own layers hold these bytes. Only its makers can mend it, or another base.", "FROM <another base>")));
    }
}
