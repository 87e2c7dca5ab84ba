using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>
/// Packages that were not requested and are not required: the package manager installs by default what others
/// recommend.
/// </summary>
internal sealed class RecommendedPackagesRule : IFindingRule
{
    public const string RuleId = "recommended-packages";

    private const long Smallest = 100_000;

    private static readonly CommandOption[] DebianOptions =
    [
        new(["apt-get", "apt"], "install", "--no-install-recommends")
    ];

    private static readonly CommandOption[] RpmOptions =
    [
        new(["dnf", "microdnf", "yum"], "install", "--setopt=install_weak_deps=False"),
        new(["zypper"], "install", "--no-recommends"),
    ];

    /// <summary>More of them do not fit a snippet.</summary>
    private const int MostNames = 30;

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image)
    {
        var claims = image.Packages.Claims;
        foreach (var members in SystemPackages.Databases(image.Packages, "deb", "rpm"))
        {
            if (!members.Any(m => claims[m].Recommends.Count > 0))
                continue;
            var requests = new AskedPackages(image, members);
            var asked = members.Where(m => requests.Has(claims[m]) || image.Base.Has(claims[m].Since)).ToHashSet();
            if (!requests.IsWritten && !asked.Any(m => !image.Base.Has(claims[m].Since)))
                continue;
            var providers = image.Needs.Providers;
            var recommended = PackageLinks.Closure(claims, providers, asked, recommends: true, image.Work);
            var requested = asked.Select(m => claims[m]).Where(c => c.OnPurpose != false).ToLookup(c => c.Since);
            var needed = PackageLinks.Required(claims, providers, asked, image.Work);
            var kept = new List<int>();
            // What is kept may bring what others can do with: it is no choice for them any more.
            foreach (var _ in (ReadOnlySpan<int>)[1, 2])
            {
                var candidates = members.Where(m => recommended.Contains(m) && !needed.Contains(m)).ToHashSet();
                kept.AddRange(RuntimePackages.Find(image, candidates, needed));
                needed = PackageLinks.Required(claims, providers, [.. asked, .. kept], image.Work);
            }

            foreach (var group in PackageGroup.ByLayer(
                image, members.Where(m => recommended.Contains(m) && !needed.Contains(m)).Order()))
                if (group.Evidence(image) is { DiskBytes: >= Smallest } evidence)
                    yield return Finding(
                        image, group, evidence, requests.IsWritten ? Confidence.Probable : Confidence.Maybe,
                        [.. requested[group.Layer].Select(c => c.Name).Distinct().Order(StringComparer.Ordinal)],
                        [.. kept.Where(k => image.Packages.All[k].Layer == group.Layer).Select(k => claims[k].Name)
                            .Distinct().Order(StringComparer.Ordinal)]);
        }
    }

    private Finding Finding(
        FindingContext image, PackageGroup group, EvidenceList evidence, Confidence confidence, List<string> asked,
        List<string> kept)
    {
        asked = [.. kept, .. asked.Except(kept)];
        var names = asked.Count is 0 or > MostNames ? "<packages>" : string.Join(' ', asked);
        var isDebian = image.Packages.Claims[group.Members[0]].Ecosystem == "deb";
        var instruction = image.InstructionOf(group.Layer) ?? "";
        var isSuse = !isDebian && instruction.Contains("zypper", StringComparison.Ordinal);
        var manager = isDebian ? "apt" : isSuse ? "zypper" : "dnf";
        var options = isDebian ? DebianOptions : isSuse ? [RpmOptions[1], RpmOptions[0]] : RpmOptions;
        var risky = kept.Count == 0 ? ""
            : $" Not counted, and to be asked for by name, since programs use them without saying so: "
                + $"{string.Join(", ", kept)}.";
        var fix = isDebian
            ? $"RUN apt-get update \\\n && apt-get install -y {options[0].Option} {names} \\\n && rm -rf " +
                "/var/lib/apt/lists/*"
            : isSuse
            ? $"RUN zypper --non-interactive install {options[0].Option} {names} \\\n && zypper clean --all"
            : $"RUN dnf install -y {options[0].Option} {names} \\\n && dnf clean all";
        return image.Finding(new(
            Id,
            $"{group.Count} that {manager} added on its own (recommended, not required)",
            confidence,
            group.Layer,
            evidence,
            new Fix(
                $"Other packages recommend them, so {manager} installed them by default: {group.Biggest(image)}. " +
                $"Install with {options[0].Option}, then add by name what the program turns out to need.{risky}",
                fix))
        {
            Remedy = new Remedy.AddOptions(kept.Count == 0 ? options
                : [.. options.Select(o => o with { Option = $"{o.Option} {string.Join(' ', kept)}" })]),
            KnownAs = isDebian ? ["DL3015"] : [],
        });
    }
}
