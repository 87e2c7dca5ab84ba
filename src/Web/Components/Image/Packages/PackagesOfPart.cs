using ImageInsight.Analysis.Packages;

namespace ImageInsight.Web.Components.Image.Packages;

/// <summary>The packages that one part of an image brought, and what there is to filter them by.</summary>
public sealed class PackagesOfPart
{
    private readonly IReadOnlyList<Package> all;
    private readonly HashSet<int> positions;

    /// <param name="all">Of the whole image; a package is named by its position here.</param>
    public PackagesOfPart(IReadOnlyList<Package> all, ShownPart part)
    {
        this.all = all;
        positions = [.. Enumerable.Range(0, all.Count).Where(i => part.HasLayer(all[i].Layer))];
        var packages = positions.Select(i => all[i]).ToList();
        DiskBytes = packages.Sum(p => p.DiskBytes);
        Ecosystems =
        [
            .. packages.GroupBy(p => p.Ecosystem)
                .Select(g => new EcosystemCount(g.Key, g.Count(), g.Sum(p => p.DiskBytes)))
                .OrderByDescending(e => e.DiskBytes).ThenBy(e => e.Name, StringComparer.Ordinal),
        ];
        Layers =
        [
            .. packages.GroupBy(p => p.Layer).Select(g => new LayerCount(g.Key, g.Count())).OrderBy(l => l.Index),
        ];
    }

    public int Count => positions.Count;

    public long DiskBytes { get; }

    /// <summary>Biggest first.</summary>
    public IReadOnlyList<EcosystemCount> Ecosystems { get; }

    /// <summary>Those that brought any.</summary>
    public IReadOnlyList<LayerCount> Layers { get; }

    public bool Contains(int position) => positions.Contains(position);

    /// <summary>Positions of those that match, in the order that is asked for.</summary>
    /// <param name="layer">Only what this layer brought, or null.</param>
    internal List<int> Find(PackageFilter filter, int? layer)
    {
        var found = positions.Where(i =>
            (filter.Ecosystem.Length == 0 || all[i].Ecosystem == filter.Ecosystem)
            && (layer is null || all[i].Layer == layer)
            && all[i].Name.Contains(filter.Search, StringComparison.OrdinalIgnoreCase));
        var sorted = filter.Sort switch
        {
            PackageSort.Pull => found.OrderByDescending(i => all[i].PullBytes),
            PackageSort.Wasted => found.OrderByDescending(i => all[i].WastedBytes),
            PackageSort.Name => found.OrderBy(i => all[i].Name, StringComparer.OrdinalIgnoreCase),
            _ => found.OrderByDescending(i => all[i].DiskBytes),
        };
        return [.. sorted.ThenBy(i => all[i].Name, StringComparer.Ordinal).ThenBy(i => i)];
    }

    public sealed record EcosystemCount(string Name, int Count, long DiskBytes);

    public sealed record LayerCount(int Index, int Count);
}
