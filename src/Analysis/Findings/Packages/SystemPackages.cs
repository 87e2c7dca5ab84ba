using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>The databases of system packages in an image.</summary>
internal static class SystemPackages
{
    /// <summary>Those whose packages say what they need.</summary>
    private static readonly string[] Ecosystems = ["deb", "rpm", "apk", "alpm"];

    /// <summary>Indices of <see cref="PackageSet.Claims"/>, by database.</summary>
    public static IEnumerable<List<int>> Databases(PackageSet packages, params string[] ecosystems) =>
        Enumerable.Range(0, packages.Claims.Count)
            .Where(i => (ecosystems.Length > 0 ? ecosystems : Ecosystems).Contains(packages.Claims[i].Ecosystem))
            .GroupBy(i => packages.Claims[i].Scope)
            .Select(g => g.ToList());
}
