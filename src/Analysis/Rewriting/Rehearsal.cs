using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>
/// Merges the layers as they will be and compares: a layer may write a path several times, through links that it makes
/// itself, and no rule for single records foresees all of that. Whatever would not come out exactly is refused before a
/// byte is written.
/// </summary>
internal sealed class Rehearsal
{
    private readonly FileTree before;
    private readonly FileTree after;
    private readonly HashSet<int> gone;

    // Names of one file stay names of one file.
    private readonly Dictionary<int, int> sameInode = [];

    private Rehearsal(FileTree before, FileTree after, HashSet<int> gone) =>
        (this.before, this.after, this.gone) = (before, after, gone);

    /// <param name="gone">Inodes that shall go.</param>
    /// <exception cref="ImageException">The final file system would not be the same without just these.</exception>
    public static void Check(
        FileTree tree, HashSet<int> gone, IReadOnlyList<LayerEdit> edits, AnalysisOptions options,
        CancellationToken cancellationToken)
    {
        var layers = tree.Layers.Select((
            l, i) => edits[i].IsEmpty ? l : With(l, edits[i].Apply(l.Layer.Entries, options))).ToList();
        var rehearsal = new Rehearsal(tree, FileTree.Merge(layers, cancellationToken), gone);
        rehearsal.CheckDirectory(FileTree.Root, FileTree.Root);
        if (rehearsal.after.Ledger.WastedBytes != 0)
            throw Refused("/");
    }

    private static ImageLayer With(ImageLayer layer, EntryList entries)
    {
        long bytes = 0;
        for (var i = 0; i < entries.Count; i++)
            bytes += entries.Size(i);
        return layer with
        {
            Layer = new Layer(
            layer.Layer.DiffId, layer.Layer.TarBytes, bytes, layer.Layer.RecordCount, entries)
        };
    }

    private void CheckDirectory(int old, int now)
    {
        var stack = new Stack<(int Old, int Now)>();
        stack.Push((old, now));
        while (stack.TryPop(out var at))
        {
            CheckNode(at.Old, at.Now);
            var left = after.VisibleChildren(at.Now).ToDictionary(c => Convert.ToHexString(after.NameOf(c)));
            foreach (var child in before.VisibleChildren(at.Old).Where(c => !gone.Contains(before.Nodes[c].Inode)))
                stack.Push((child, left.Remove(Convert.ToHexString(before.NameOf(child)), out var same) ? same
                    : throw Refused(before.PathOf(child))));
            foreach (var child in left.Values)
                throw Refused(after.PathOf(child));
        }
    }

    private void CheckNode(int old, int now)
    {
        var (inode, other) = (before.Nodes[old].Inode, after.Nodes[now].Inode);
        if (inode >= 0 != other >= 0 || before.Nodes[old].Kind != after.Nodes[now].Kind
            || !Facts(before, old).Equals(Facts(after, now)))
            throw Refused(before.PathOf(old));
        if (inode >= 0 && (sameInode.TryAdd(inode, other) ? other : sameInode[inode]) != other)
            throw Refused(before.PathOf(old));
    }

    private static (LayerEntry Entry, string Target) Facts(FileTree tree, int index)
    {
        ref readonly var node = ref tree.Nodes[index];
        var (layer, ordinal) = node.Inode < 0 ? (node.Layer, node.Ordinal)
            : (tree.Inodes[node.Inode].Layer, tree.Inodes[node.Inode].Ordinal);
        if (ordinal < 0)
            return (EmptyRecord.RowOf("/"u8) with { Parent = 0, Kind = EntryKind.Directory }, "");
        var entries = tree.Layers[layer].Layer.Entries;
        return (entries[ordinal] with { Parent = 0 }, Convert.ToHexString(
            node.Kind == EntryKind.Symlink ? entries.LinkTarget(ordinal) : default));
    }

    private static ImageException Refused(string path) => new(
        ImageErrors.Unsupported,
        $"These files cannot be removed without changing '{path}', because of the way a layer writes them. Select " +
        "fewer findings, or change the Dockerfile.");
}
