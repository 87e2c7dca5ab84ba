using System.Collections;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Findings;

/// <summary>Bodies of the final file system that go when some of its paths go.</summary>
internal static class VisibleFiles
{
    /// <summary>
    /// Everything at and below some nodes, by the layer that carries it. A body goes only with the last of its names.
    /// </summary>
    /// <param name="tops">May repeat and overlap.</param>
    /// <param name="keeps">Names that stay.</param>
    public static SortedDictionary<int, EvidenceList> ByLayer(
        FindingContext image, IEnumerable<int> tops, Func<int, bool>? keeps = null)
    {
        var layers = new SortedDictionary<int, EvidenceList>();
        foreach (var (node, inode) in Below(image.Tree, tops, keeps))
        {
            var layer = image.Tree.Inodes[inode].Layer;
            if (!layers.TryGetValue(layer, out var evidence))
                layers.Add(layer, evidence = new EvidenceList(image));
            evidence.Add(node, inode);
        }

        return layers;
    }

    /// <summary>What was captured of a layer's files of one kind, for those that the final file system has.</summary>
    public static IEnumerable<(int Node, Capture Capture)> Captures(FileTree tree, int layer, CaptureKind kind)
    {
        var stored = tree.Layers[layer].Layer;
        foreach (var capture in stored.Captures)
        {
            if (capture.Kind != kind || capture.Ordinal >= stored.Entries.Count
                || tree.PlaceOf(layer, capture.Ordinal) is not (var node and >= 0))
                continue;
            var at = tree.Nodes[node];
            if (at.Visible && at.Inode >= 0 && tree.Inodes[at.Inode] is var inode && inode.Layer == layer
                && inode.Ordinal == capture.Ordinal)
                yield return (node, capture);
        }
    }

    public static List<(int Node, int Inode)> Below(FileTree tree, IEnumerable<int> tops, Func<int, bool>? keeps = null)
    {
        var found = new List<(int, int)>();
        BitArray? seen = null;
        Dictionary<int, int>? linked = null;
        foreach (var node in tops.SelectMany(tree.Below))
        {
            var inode = tree.Nodes[node].Inode;
            if (inode < 0 || !tree.Nodes[node].Visible || tree.SizeOf(tree.Inodes[inode]) == 0
                || keeps?.Invoke(node) == true)
                continue;
            seen ??= new BitArray(tree.Nodes.Length);
            if (seen[node])
                continue;
            seen[node] = true;
            var links = tree.Inodes[inode].Links;
            if (links > 1)
            {
                // pnpm and conda link their stores into what is used.
                linked ??= [];
                if ((linked[inode] = linked.GetValueOrDefault(inode) + 1) < links)
                    continue;
            }

            found.Add((tree.HomeOf(inode), inode));
        }

        return found;
    }
}
