using ImageInsight.Analysis.Packages;

namespace ImageInsight.Data.Stores;

/// <summary>The packages of an image, as the catalogues gave them.</summary>
/// <param name="All">Null when the analysis was made before packages were looked for.</param>
/// <param name="Needs">For each, which others it needs, by their place in <paramref name="All"/>.</param>
/// <param name="Omitted">Files that name packages and were too big, or too many, to keep.</param>
public sealed record PackageList(IReadOnlyList<Package>? All, IReadOnlyList<IReadOnlyList<int>> Needs, int Omitted)
{
    private readonly Lazy<IReadOnlyList<int>[]> neededBy = new(() => Turn(Needs));

    /// <summary>For each, which others need it.</summary>
    public IReadOnlyList<IReadOnlyList<int>> NeededBy => neededBy.Value;

    private static IReadOnlyList<int>[] Turn(IReadOnlyList<IReadOnlyList<int>> needs)
    {
        var turned = new List<int>?[needs.Count];
        for (var i = 0; i < needs.Count; i++)
            foreach (var need in needs[i])
                (turned[need] ??= []).Add(i);
        return [.. turned.Select(t => (IReadOnlyList<int>)(t ?? []))];
    }
}
