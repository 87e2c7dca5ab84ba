using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Wasted;

/// <summary>
/// A layer that changes the owner or the mode of hard-linked names stores a body for each of them: without it there
/// would be the one of the layer below, so that all but one of them go as well.
/// </summary>
internal static class BrokenLinks
{
    /// <returns>Bodies beyond the first, with the layer that stored them.</returns>
    public static IEnumerable<(int Inode, int Layer)> Find(FindingContext image, WastedKind[] kinds)
    {
        var tree = image.Tree;
        // What was stored again, by the layer that did so and by its content.
        var stored = new HashSet<(int Layer, (UInt128 Hash, long Size) Content)>();
        image.Work.Spend(tree.Inodes.Length);
        for (var i = 0; i < tree.Inodes.Length; i++)
            if (kinds[i] == WastedKind.SameContent)
                stored.Add((tree.Inodes[i].HiddenBy, tree.ContentOf(tree.Inodes[i])));
        if (stored.Count == 0 || LinkedNames(image) is not { Count: > 0 } linked)
            yield break;
        for (var i = 0; i < tree.Inodes.Length; i++)
        {
            var inode = tree.Inodes[i];
            if (inode.HiddenBy < 0 && inode.Node >= 0 && linked.TryGetValue(inode.Node, out var first)
                && first < inode.Layer && stored.Contains((inode.Layer, tree.ContentOf(inode))))
                yield return (i, inode.Layer);
        }
    }

    /// <summary>Names that a layer made as links to a body, and the first layer that did.</summary>
    private static Dictionary<int, int> LinkedNames(FindingContext image)
    {
        var tree = image.Tree;
        var found = new Dictionary<int, int>();
        for (var layer = 0; layer < tree.Layers.Count; layer++)
        {
            var entries = tree.Layers[layer].Layer.Entries;
            image.Work.Spend(entries.Count);
            for (var i = 0; i < entries.Count; i++)
                if (entries.Kind(i) == EntryKind.HardLink && tree.PlaceOf(layer, i) is var node and >= 0)
                    found.TryAdd(node, layer);
        }

        return found;
    }
}
