using System.Runtime.ExceptionServices;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages;

/// <summary>Asks every catalogue and measures what they find in the file tree.</summary>
internal static class PackageReader
{
    /// <summary>The biggest monorepo seen has 20,000.</summary>
    private const int MaxPackages = 40_000;

    private const int MostThreads = 4;

    /// <summary>To make and measure one takes about as long as to look at so many bytes.</summary>
    private const int StepsPerClaim = 500;

    public static PackageSet Read(FileTree tree, WorkBudget work)
    {
        var files = new CapturedFiles(tree, work);
        var catalogues = Ecosystems.All.Select(e => e.Catalogue).OfType<IPackageCatalogue>().ToList();
        var found = new List<PackageClaim>[catalogues.Count];
        InParallel(catalogues.Count, work, i => found[i] = Claims(catalogues[i], files.Fork()));
        var claims = found.SelectMany(f => f).Take(MaxPackages).ToList();
        var needs = PackageLinks.Resolve(claims, work);
        var packages = new Package[claims.Count];
        var bodies = new IReadOnlyList<int>[claims.Count];
        var measure = new PackageMeasure(files, claims);
        for (var i = 0; i < claims.Count; i++)
            (packages[i], bodies[i]) = measure.Measure(i, needs[i]);
        return new PackageSet(packages, claims, bodies, measure.Owners, files.Omitted)
        {
            Distribution = files.Distribution,
        };
    }

    private static List<PackageClaim> Claims(IPackageCatalogue catalogue, CapturedFiles files)
    {
        var claims = new List<PackageClaim>();
        var names = new NamePool();
        foreach (var claim in catalogue.Read(files).Take(MaxPackages))
        {
            files.Work.Spend(StepsPerClaim);
            files.Work.Hold(claim.MemoryBytes);
            claims.Add(claim with
            {
                Needs = names.Share(claim.Needs),
                Recommends = names.Share(claim.Recommends),
                Provides = names.Share(claim.Provides),
            });
        }

        return claims;
    }

    private static void InParallel(int count, WorkBudget work, Action<int> read)
    {
        try
        {
            Parallel.For(
                0,
                count,
                new ParallelOptions
                {
                    MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, MostThreads),
                    CancellationToken = work.Token
                },
                read);
        }
        catch (AggregateException e)
        {
            // One that ran into a cap says what is wrong; the others may have run into it too, or were stopped.
            work.Token.ThrowIfCancellationRequested();
            var first = e.InnerExceptions.FirstOrDefault(i => i is ImageException) ?? e.InnerExceptions[0];
            ExceptionDispatchInfo.Throw(first);
        }
    }
}
