using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Packages that nobody asked for and nothing needs: the package manager installs by default what others recommend.</summary>
internal sealed class RecommendedPackagesRule : IFindingRule
{
    private const long Smallest = 100_000;

    /// <summary>More of them do not fit a snippet.</summary>
    private const int MostNames = 30;

    public string Id => "recommended-packages";

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var claims = image.Packages.Claims;
        foreach (var members in SystemPackages.Databases(image.Packages, "deb", "rpm"))
        {
            if (!members.Any(m => claims[m].Recommends.Count > 0))
                continue;
            var told = new AskedPackages(image, members);
            var asked = members.Where(m => told.Has(claims[m]) || image.Base.Has(claims[m].Since)).ToHashSet();
            if (!told.IsWritten && !asked.Any(m => !image.Base.Has(claims[m].Since)))
                continue;
            var providers = PackageLinks.Providers(claims);
            var needed = PackageLinks.Closure(claims, providers, asked, recommends: false);
            var recommended = PackageLinks.Closure(claims, providers, asked, recommends: true);
            foreach (var group in PackageGroup.ByLayer(image, members.Where(m => recommended.Contains(m) && !needed.Contains(m))))
                if (group.Evidence(image) is { DiskBytes: >= Smallest } evidence)
                    yield return Finding(image, group, evidence, told.IsWritten ? Confidence.Probable : Confidence.Maybe, Asked(image, asked, group.Layer));
        }
    }

    private Finding Finding(FindingContext image, PackageGroup group, EvidenceList evidence, Confidence confidence, List<string> asked)
    {
        var names = asked.Count is 0 or > MostNames ? "<packages>" : string.Join(' ', asked);
        var (fix, option, rule) = image.Packages.Claims[group.Members[0]].Ecosystem == "deb"
            ? ($"RUN apt-get update \\\n && apt-get install -y --no-install-recommends {names} \\\n && rm -rf /var/lib/apt/lists/*", "--no-install-recommends", "DL3015")
            : ($"RUN dnf install -y --setopt=install_weak_deps=False {names} \\\n && dnf clean all", "install_weak_deps=False", "");
        return image.Finding(
            Id,
            "",
            $"{group.Count} that nobody asked for and nothing needs, only recommended",
            confidence,
            group.Layer,
            evidence,
            new Fix(
                $"Others recommend them, so they were installed by default: {group.Biggest(image)}. Install with {option}, and add by name what the program turns out to need.",
                fix),
            rule.Length > 0 ? [rule] : []);
    }

    private static List<string> Asked(FindingContext image, HashSet<int> asked, int layer) =>
    [
        .. asked.Select(m => image.Packages.Claims[m]).Where(c => c.Since == layer && c.OnPurpose != false).Select(c => c.Name)
            .Distinct().Order(StringComparer.Ordinal),
    ];
}
