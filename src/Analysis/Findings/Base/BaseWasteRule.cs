using ImageInsight.Analysis.Findings.Wasted;

namespace ImageInsight.Analysis.Findings.Base;

/// <summary>Wasted bytes that the base image stored: no change of this Dockerfile takes them out.</summary>
internal sealed class BaseWasteRule : IFindingRule
{
    public const string RuleId = "base-waste";

    private static readonly string[] Upgrades =
        ["apt-get upgrade", "apt-get -y upgrade", "dist-upgrade", "full-upgrade", "apt upgrade", "apk upgrade",
            "dnf upgrade", "dnf update", "dnf -y upgrade", "dnf -y update", "yum update", "yum -y update",
            "microdnf update", "zypper up", "zypper update", "pacman -Syu"];

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
                Upgrades.Any(u => image.InstructionOf(layer)?.Contains(u, StringComparison.Ordinal) == true)
                    ? new Fix(
                        "An upgrade stores packages of the base image a second time. Take a newer base image, which " +
                        "has them already, and leave out the upgrade.",
                        "FROM <a newer version of this base>")
                    : new Fix(
                        "The base image stores these files whatever later layers do. Choose a base image without " +
                        "them, or copy what is needed onto a smaller one.",
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
