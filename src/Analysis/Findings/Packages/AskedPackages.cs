using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Which packages of one database were requested by name, as far as that is recorded.</summary>
internal sealed class AskedPackages
{
    private readonly FindingContext image;

    /// <param name="members">Indices of <see cref="PackageSet.Claims"/>, all of one database.</param>
    public AskedPackages(FindingContext image, IReadOnlyList<int> members)
    {
        this.image = image;
        image.Work.Spend(members.Count);
        IsWritten = members.Any(m => image.Packages.Claims[m].OnPurpose == false);
    }

    /// <summary>
    /// True when the manager writes down what it chose by itself, as apt and apk do; else what is in the base is taken
    /// as asked for, and the instructions say what was named.
    /// </summary>
    public bool IsWritten { get; }

    public bool Has(PackageClaim claim) =>
        claim.Essential || (IsWritten ? claim.OnPurpose != false : image.Base.Has(claim.Since) || IsNamed(claim));

    private bool IsNamed(PackageClaim claim) =>
        image.InstructionOf(claim.Since) is not null && image.Needs.Words(claim.Since).Contains(claim.Name);
}
