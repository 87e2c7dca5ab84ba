namespace ImageInsight.Analysis.Packages;

/// <summary>
/// Reads what one package manager left. Whatever the files hold, it does not throw; what it cannot read it leaves out.
/// </summary>
internal interface IPackageCatalogue
{
    IEnumerable<PackageClaim> Read(CapturedFiles files);
}
