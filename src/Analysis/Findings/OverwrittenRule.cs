using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>Files that a later layer replaced with other content: both versions are stored and pulled.</summary>
internal sealed class OverwrittenRule : IFindingRule
{
    public IEnumerable<Finding> Find(FindingContext image)
    {
        foreach (var (layer, evidence) in DeadBytes.ByHidingLayer(image, LedgerClass.Overwritten))
            yield return DeadBytes.ToFinding(
                image,
                "overwritten",
                $"{Phrases.Files(evidence.Count)} replaced by other content in a later layer",
                IsBookkeeping(evidence) ? Confidence.Maybe : Confidence.Safe,
                layer,
                evidence,
                new Fix(
                    IsBookkeeping(evidence)
                        ? "These are a package manager's own databases, rewritten by each install. Installing everything in one RUN stores them once."
                        : $"Each version of a file is stored whole. Write the final content once: merge the instructions, or order them so that layer {layer} is the only one that writes.",
                    $"# layer {layer} rewrites these files\n#   {Phrases.Short(image.InstructionOf(layer))}"));
    }

    /// <summary>Known churn: no change of a Dockerfile short of squashing removes it.</summary>
    private static bool IsBookkeeping(EvidenceList evidence)
    {
        var paths = evidence.Biggest();
        var churn = paths.Where(e =>
            e.Path.StartsWith("/var/lib/dpkg/", StringComparison.Ordinal)
            || e.Path.StartsWith("/var/cache/debconf/", StringComparison.Ordinal)
            || e.Path.StartsWith("/var/lib/rpm/", StringComparison.Ordinal)
            || e.Path.StartsWith("/usr/lib/sysimage/rpm/", StringComparison.Ordinal)
            || e.Path.StartsWith("/lib/apk/db/", StringComparison.Ordinal)
            || e.Path.StartsWith("/var/lib/apt/", StringComparison.Ordinal)
            || e.Path.StartsWith("/var/log/apt/", StringComparison.Ordinal)
            || e.Path is "/var/log/dpkg.log" or "/var/log/alternatives.log" or "/var/log/dnf.log" or "/var/log/yum.log"
            || e.Path is "/etc/ld.so.cache" or "/etc/passwd" or "/etc/group" or "/etc/shadow" or "/etc/gshadow").Sum(e => e.DiskBytes);
        return churn * 10 >= evidence.DiskBytes * 9;
    }
}
