using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages;

/// <summary>
/// Reads what one package manager left. Whatever the files hold, it does not throw; what it cannot read it leaves out.
/// </summary>
internal interface IPackageCatalogue
{
    /// <summary>The files that it reads, told by path; none for what is told by content.</summary>
    IReadOnlyList<WantedFile> Wanted => [];

    IEnumerable<PackageClaim> Read(CapturedFiles files);
}
