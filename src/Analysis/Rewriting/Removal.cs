using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Merge;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>
/// Takes files out of the final file system, with all of their names, by changing nothing but their own records: the
/// record of a name that is seen goes, a whiteout hides what lower layers had there, and links to the body that are no
/// longer visible become
/// empty files, since no program unpacks a link to nothing.
/// </summary>
internal sealed class Removal
{
    private readonly FileTree tree;
    private readonly HashSet<int> inodes;
    private readonly IReadOnlyList<LayerEdit> edits;

    /// <summary>Names that go, by the layer that wrote them.</summary>
    private readonly SortedDictionary<int, HashSet<int>> names = [];

    /// <summary>Directories that have a record now.</summary>
    private readonly HashSet<int> implied = [];

    private Removal(FileTree tree, IEnumerable<int> inodes, IReadOnlyList<LayerEdit> edits) =>
        (this.tree, this.inodes, this.edits) = (tree, inodes.ToHashSet(), edits);

    /// <param name="inodes">Visible ones.</param>
    /// <param name="edits">One a layer; they know of the wasted bodies already.</param>
    /// <exception cref="ImageException">A layer is so tangled that something else would change.</exception>
    public static void Add(
        FileTree tree, IReadOnlyCollection<int> inodes, IReadOnlyList<LayerEdit> edits, AnalysisOptions options,
        CancellationToken cancellationToken)
    {
        if (inodes.Count == 0)
            return;
        var removal = new Removal(tree, inodes, edits);
        removal.TakeNames();
        removal.TakeWhatTheyCover();
        removal.TakeLinks(cancellationToken);
        foreach (var inode in inodes)
            if (tree.Inodes[inode] is var body && !edits[body.Layer].Replaced.ContainsKey(body.Ordinal))
                edits[body.Layer].Emptied.Add(body.Ordinal);
        Rehearsal.Check(tree, removal.inodes, edits, options, cancellationToken);
    }

    private void TakeNames()
    {
        for (var i = 0; i < tree.Nodes.Length; i++)
        {
            ref readonly var node = ref tree.Nodes[i];
            if (!node.Visible || node.Inode < 0 || !inodes.Contains(node.Inode))
                continue;
            if (!names.TryGetValue(node.Layer, out var here))
                names.Add(node.Layer, here = []);
            here.Add(i);
            edits[node.Layer].Replaced[node.Ordinal] = [.. Instead(node.Parent, i)];
        }
    }

    private IEnumerable<byte[]> Instead(int parent, int name)
    {
        var layer = tree.Nodes[name].Layer;
        // A directory that only its files' paths made stays when they go.
        for (var at = parent; at != FileTree.Root; at = tree.Nodes[at].Parent)
        {
            if (tree.Nodes[at].Layer != layer)
                continue;
            if (tree.Nodes[at].Ordinal < 0 && implied.Add(at))
                yield return [.. PathOf(at), (byte)'/'];
            break;
        }

        // A name that no lower layer had needs no whiteout.
        if (tree.Nodes[name].NameLayer != layer)
            yield return LayerEdit.Join([
                .. parent == FileTree.Root ? [] : new[] { PathOf(parent) }, [.. ".wh."u8, .. tree.NameOf(name)]
            ]);
    }

    /// <summary>
    /// What the same layer had written there before: a whiteout would not hide it, for it acts on lower layers only.
    /// </summary>
    private void TakeWhatTheyCover()
    {
        foreach (var (layer, here) in names)
            for (var ordinal = 0; ordinal < tree.Layers[layer].Layer.Entries.Count; ordinal++)
            {
                var node = tree.PlaceOf(layer, ordinal);
                // Nothing that is seen lies below a file.
                while (node >= 0 && !here.Contains(node))
                    node = tree.Nodes[node].Visible ? -1 : tree.Nodes[node].Parent;
                if (node >= 0)
                    edits[layer].Replaced.TryAdd(ordinal, []);
            }
    }

    private void TakeLinks(CancellationToken cancellationToken)
    {
        var links = new List<(int Layer, int Ordinal, int Inode)>();
        _ = new TreeMerger(tree.Layers, links, cancellationToken).Merge();
        foreach (var (layer, ordinal, inode) in links)
            if (inodes.Contains(inode) && !edits[layer].Replaced.ContainsKey(ordinal))
            {
                if (tree.PlaceOf(layer, ordinal) < 0)
                    // A link to itself changed nothing.
                    edits[layer].Replaced.Add(ordinal, []);
                else
                    edits[layer].Emptied.Add(ordinal);
            }
    }

    private byte[] PathOf(int node)
    {
        var parts = new Stack<byte[]>();
        for (; node != FileTree.Root; node = tree.Nodes[node].Parent)
            parts.Push(tree.NameOf(node).ToArray());
        return LayerEdit.Join(parts);
    }
}
