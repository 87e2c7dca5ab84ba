namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>The previous versions of their databases that dpkg and debconf keep beside the current ones.</summary>
internal sealed class PackageBackupsRule : IFindingRule
{
    public const string RuleId = "package-backups";

    private const long Smallest = 10_000;

    private static readonly PathGroup Backups = new(
        "dpkg",
        "Previous versions of package databases",
        Confidence.Safe,
        ["/var/cache/debconf/*-old", "/var/lib/dpkg/*-old", "/var/backups/*"],
        "dpkg and debconf keep the database as it was before the last change. Nothing reads it in a container.",
        "RUN apt-get update \\\n && apt-get install -y --no-install-recommends <packages> \\\n && rm -rf "
            + "/var/lib/apt/lists/* /var/cache/debconf/*-old /var/lib/dpkg/*-old");

    public string Id => RuleId;

    public IEnumerable<Finding> Find(FindingContext image) => Backups.Find(image, new(Id, Smallest)
    {
        Remedy = evidence => new Remedy.RemoveFiles(
            [.. evidence.Biggest().Select(e => e.Path)], [], AnyRunMayRead: false),
    });
}
