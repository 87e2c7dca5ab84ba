using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Findings;

/// <summary>
/// All paths of a finding, page by page, from its bodies: the finding itself lists the biggest only. The biggest first,
/// then by layer and ordinal; only what is shown gets a path.
/// </summary>
public static class EvidencePages
{
    private readonly record struct Body(long Bytes, int Layer, int Ordinal, long PullBytes);

    /// <param name="tree">Of the image whose finding it is.</param>
    public static IReadOnlyList<Evidence> Read(FileTree tree, BodySet bodies, int skip, int take)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(skip);
        ArgumentOutOfRangeException.ThrowIfNegative(take);
        var all = BodiesOf(tree, bodies);
        all.Sort((a, b) => a.Bytes != b.Bytes ? b.Bytes.CompareTo(a.Bytes)
            : a.Layer != b.Layer ? a.Layer.CompareTo(b.Layer)
            : a.Ordinal.CompareTo(b.Ordinal));
        return [.. all.Skip(skip).Take(take).Select(b => Describe(tree, b))];
    }

    /// <summary>How many there are.</summary>
    public static int Count(FileTree tree, BodySet bodies) => BodiesOf(tree, bodies).Count;

    private static List<Body> BodiesOf(FileTree tree, BodySet bodies)
    {
        var all = new List<Body>();
        var whole = new HashSet<(int Layer, int Ordinal)>();
        foreach (var (layer, ordinals) in bodies.Layers)
            foreach (var ordinal in ordinals)
                if (tree.InodeOf(layer, ordinal) is var inode and >= 0)
                {
                    all.Add(new Body(
                        tree.SizeOf(tree.Inodes[inode]), layer, ordinal, tree.PullOf(tree.Inodes[inode])));
                    if (bodies.Parts.Count > 0)
                        whole.Add((layer, ordinal));
                }

        foreach (var part in bodies.Parts)
            if (tree.InodeOf(part.Layer, part.Ordinal) >= 0 && !whole.Contains((part.Layer, part.Ordinal)))
                all.Add(new Body(part.Bytes, part.Layer, part.Ordinal, part.PullBytes));
        return all;
    }

    private static Evidence Describe(FileTree tree, Body body)
    {
        var inode = tree.InodeOf(body.Layer, body.Ordinal);
        ref readonly var facts = ref tree.Inodes[inode];
        // What is visible may have lost the name that carried it.
        var node = facts.HiddenBy < 0 ? tree.HomeOf(inode) : facts.Node;
        return new Evidence(
            tree.PathOf(Math.Max(node, FileTree.Root)), body.Bytes, body.PullBytes, body.Layer,
            facts.HiddenBy < 0 ? null : facts.HiddenBy);
    }
}
