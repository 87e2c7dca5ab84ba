using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>All rules, and the order in which their findings are shown: the most bytes first.</summary>
internal static class FindingRules
{
    public static readonly IFindingRule[] All =
    [
        new DeletedLaterRule(),
        new MovedCopyRule(),
        new OverwrittenRule(),
        new MetadataCopyRule(),
        new BookkeepingRule(),
        new BaseWasteRule(),
        new PackageCacheRule(),
        new DuplicateContentRule(),
        new VersionControlRule(),
        new LocalFilesRule(),
        new CopiedDependenciesRule(),
    ];

    public static IReadOnlyList<Finding> Apply(ImageFacts facts, FileTree tree, CancellationToken cancellationToken)
    {
        var context = new FindingContext(facts, tree);
        return
        [
            .. All.SelectMany(rule =>
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return rule.Find(context);
                })
                .OrderByDescending(f => f.DiskBytes)
                .ThenBy(f => f.Id, StringComparer.Ordinal),
        ];
    }
}
