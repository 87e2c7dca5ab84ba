using System.Runtime.ExceptionServices;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings.Base;
using ImageInsight.Analysis.Findings.Caches;
using ImageInsight.Analysis.Findings.Context;
using ImageInsight.Analysis.Findings.Packages;
using ImageInsight.Analysis.Findings.Secrets;
using ImageInsight.Analysis.Findings.Wasted;
using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings;

/// <summary>All rules, and the order in which their findings are shown: the most bytes first.</summary>
internal static class FindingRules
{
    private const int MostThreads = 4;

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
        new StandaloneRule(),
        new GpuLibrariesRule(),
        new TemporaryFilesRule(),
        new LeftoverArchivesRule(),
        new ToolchainRule(),
        new BuildLeftoversRule(),
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

    public static IReadOnlyList<Finding> Apply(
        ImageFacts facts, FileTree tree, PackageSet packages, WorkBudget work)
    {
        var context = new FindingContext(facts, tree, packages, work);
        var found = new List<Finding>[All.Length];
        // In a new process half of the time is the compiler's, and that has as many threads as ask for it.
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MostThreads),
            CancellationToken = work.Token,
        };
        try
        {
            Parallel.For(
                0, All.Length, options, i => found[i] = All[i].RunsLast ? [] : [.. All[i].Find(context)]);
        }
        catch (AggregateException e) when (e.InnerException is not null)
        {
            // What a budget says of one rule is said of the analysis.
            ExceptionDispatchInfo.Throw(e.InnerException);
        }

        context.Found = [.. found.SelectMany(f => f)];
        return [.. context.Found.Concat(All.Where(r => r.RunsLast).SelectMany(r => r.Find(context)))
            .OrderByDescending(f => f.DiskBytes).ThenBy(f => f.Id, StringComparer.Ordinal)];
    }
}
