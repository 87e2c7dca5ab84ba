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
        foreach (var (node, inode) in Below(image, tops, keeps))
        {
            var layer = image.Tree.Inodes[inode].Layer;
            if (!layers.TryGetValue(layer, out var evidence))
                layers.Add(layer, evidence = new EvidenceList(image));
            evidence.Add(node, inode);
        }

        return layers;
    }

    /// <summary>What was captured of a layer's files of one kind, for those that the final file system has.</summary>
    public static IEnumerable<(int Node, Capture Capture)> Captures(
        FindingContext image, int layer, CaptureKind kind)
    {
        var tree = image.Tree;
        var stored = tree.Layers[layer].Layer;
        image.Work.Spend(stored.Captures.Count);
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

    /// <param name="tops">May repeat and overlap: what is below them is walked once.</param>
    public static List<(int Node, int Inode)> Below(
        FindingContext image, IEnumerable<int> tops, Func<int, bool>? keeps = null)
    {
        var tree = image.Tree;
        var found = new List<(int, int)>();
        var meter = new StepMeter(image.Work);
        var open = new Stack<int>();
        Dictionary<int, int>? linked = null;
        using var seen = image.Mark();
        foreach (var top in tops)
        {
            open.Push(top);
            while (open.TryPop(out var node))
            {
                meter.Count();
                if (!seen.Add(node))
                    continue;
                for (var c = tree.Nodes[node].FirstChild; c >= 0; c = tree.Nodes[c].NextSibling)
                {
                    meter.Count();
                    if (tree.Nodes[c].Visible)
                        open.Push(c);
                }

                if (IsBody(tree, node) && keeps?.Invoke(node) != true && IsLastName(tree, node, ref linked))
                    found.Add((tree.HomeOf(tree.Nodes[node].Inode), tree.Nodes[node].Inode));
            }
        }

        meter.Settle();
        return found;
    }

    private static bool IsBody(FileTree tree, int node) =>
        tree.Nodes[node] is { Visible: true, Inode: >= 0 and var inode } && tree.SizeOf(tree.Inodes[inode]) > 0;

    /// <summary>pnpm and conda link their stores into what is used.</summary>
    private static bool IsLastName(FileTree tree, int node, ref Dictionary<int, int>? linked)
    {
        var inode = tree.Nodes[node].Inode;
        if (tree.Inodes[inode].Links <= 1)
            return true;
        linked ??= [];
        return (linked[inode] = linked.GetValueOrDefault(inode) + 1) >= tree.Inodes[inode].Links;
    }

    /// <summary>What was kept of the file that a node stands for; null when nothing of that kind was.</summary>
    public static byte[]? Capture(FindingContext image, int node, CaptureKind kind)
    {
        if (image.Tree.Nodes[node].Inode is not (>= 0 and var at))
            return null;
        var inode = image.Tree.Inodes[at];
        var captures = image.Tree.Layers[inode.Layer].Layer.Captures;
        image.Work.Spend(1);
        // By ordinal, ascending.
        var (low, high) = (0, captures.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (captures[middle].Ordinal == inode.Ordinal)
                return captures[middle].Kind == kind ? captures[middle].Bytes : null;
            (low, high) = captures[middle].Ordinal < inode.Ordinal ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
