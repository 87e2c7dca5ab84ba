using ImageInsight.Analysis.Packages;

namespace ImageInsight.Analysis.Findings.Packages;

/// <summary>Packages that could go together: what one layer installed.</summary>
/// <param name="Layer">The layer that brought them.</param>
/// <param name="Members">Indices of <see cref="PackageSet.All"/>.</param>
internal sealed record PackageGroup(int Layer, IReadOnlyList<int> Members)
{
    private const int Named = 12;

    public static IEnumerable<PackageGroup> ByLayer(FindingContext image, IEnumerable<int> packages) =>
        packages.GroupBy(p => image.Packages.All[p].Layer).OrderBy(g => g.Key)
            .Select(g => new PackageGroup(g.Key, [.. g]));

    /// <summary>
    /// Their files in the final file system, whichever layer carries them by now, and what their installation left
    /// beside them.
    /// </summary>
    public EvidenceList Evidence(FindingContext image)
    {
        var evidence = new EvidenceList(image);
        var files = Members.SelectMany(m => image.Packages.Claims[m].Nodes.Where(n => image.Tree.Nodes[n].Inode >= 0));
        foreach (var (node, inode) in VisibleFiles.Below(
            image, files.Concat(image.PackageFolders.Leftovers(Layer, Members))))
            evidence.Add(node, inode);
        return evidence;
    }

    /// <summary>The biggest, for a person: gcc-12 (98.1 MB), …</summary>
    public string Biggest(FindingContext image)
    {
        // The same package at several places, or in several versions, is named once.
        var names = Members.Select(m => image.Packages.All[m]).GroupBy(p => p.Name)
            .Select(g => (Name: g.Count() > 1 ? $"{g.Key} ×{g.Count()}" : g.Key, Bytes: g.Sum(p => p.DiskBytes)))
            .OrderByDescending(n => n.Bytes).ToList();
        return string.Join(", ", names.Take(Named).Select(n => $"{n.Name} ({Phrases.Size(n.Bytes)})"))
            + (names.Count > Named ? $" and {names.Count - Named} more" : "");
    }

    public string Count => Members.Count == 1 ? "1 package" : $"{Members.Count} packages";
}
