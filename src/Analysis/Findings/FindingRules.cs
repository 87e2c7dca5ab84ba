using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Packages;

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
        new PackageBackupsRule(),
        new DuplicateContentRule(),
        new VersionControlRule(),
        new LocalFilesRule(),
        new CopiedDependenciesRule(),
        new RecommendedPackagesRule(),
        new DevelopmentDependenciesRule(),
        new TemporaryFilesRule(),
        new LeftoverArchivesRule(),
        new ToolchainRule(),
        new DebugSymbolsRule(),
        new UnstrippedProgramsRule(),
        new DocumentationRule(),
        new BytecodeAndTestsRule(),
        new RuntimeDownloadsRule(),
        new SecretFileRule(),
        new SecretVariableRule(),
        new UpdateAloneRule(),
        new FatBaseRule(),
    ];

    public static IReadOnlyList<Finding> Apply(ImageFacts facts, FileTree tree, PackageSet packages, CancellationToken cancellationToken)
    {
        var context = new FindingContext(facts, tree, packages);
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
