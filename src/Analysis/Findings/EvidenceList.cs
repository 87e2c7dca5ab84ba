using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Findings;

/// <summary>Adds up inodes and keeps the biggest as evidence.</summary>
internal sealed class EvidenceList(FindingContext image)
{
    /// <summary>Enough to judge a finding by; the count says how many there are.</summary>
    private const int MaxPaths = 1000;

    private readonly List<(int Node, int Inode)> items = [];

    public long DiskBytes { get; private set; }

    public long PullBytes { get; private set; }

    public int Count => items.Count;

    /// <param name="node">Where it is shown; may differ from the place that carried the bytes.</param>
    /// <param name="inode">Not yet in the list.</param>
    public void Add(int node, int inode)
    {
        ref readonly var i = ref image.Tree.Inodes[inode];
        DiskBytes += image.Tree.SizeOf(i);
        PullBytes += image.Tree.PullOf(i);
        items.Add((node, inode));
    }

    public BodySet Bodies() => BodySet.FromInodes(image.Tree, items.Select(i => i.Inode));

    public IReadOnlyList<Evidence> Biggest() =>
    [
        .. items
            .OrderByDescending(i => image.Tree.SizeOf(image.Tree.Inodes[i.Inode]))
            .Take(MaxPaths)
            .Select(i =>
            {
                var inode = image.Tree.Inodes[i.Inode];
                return new Evidence(
                    image.Tree.PathOf(Math.Max(i.Node, FileTree.Root)), image.Tree.SizeOf(inode),
                    image.Tree.PullOf(inode), inode.Layer, inode.HiddenBy < 0 ? null : inode.HiddenBy);
            }),
    ];

    public IEnumerable<int> BiggestInodes(int count) =>
        items.Select(i => i.Inode).OrderByDescending(i => image.Tree.SizeOf(image.Tree.Inodes[i])).Take(count);

    /// <summary>The layer that carries most of it.</summary>
    public int MainLayer() =>
        items.GroupBy(i => image.Tree.Inodes[i.Inode].Layer)
            .MaxBy(g => g.Sum(i => image.Tree.SizeOf(image.Tree.Inodes[i.Inode])))!.Key;

    /// <summary>The directory that holds most of it, for a title or a snippet that names a place.</summary>
    public string MainDirectory()
    {
        // Walks down while one directory below has at least nine tenths of the bytes.
        var totals = new Dictionary<int, long>();
        foreach (var (node, inode) in items)
        {
            var size = image.Tree.SizeOf(image.Tree.Inodes[inode]);
            for (var n = node < 0 ? -1 : image.Tree.Nodes[node].Parent; n >= 0; n = image.Tree.Nodes[n].Parent)
                totals[n] = totals.GetValueOrDefault(n) + size;
        }

        var best = FileTree.Root;
        foreach (var (node, bytes) in totals)
            if (bytes * 10 >= DiskBytes * 9 && node > best && IsBelow(node, best))
                best = node;
        return image.Tree.PathOf(best);
    }

    private bool IsBelow(int node, int ancestor)
    {
        while (node > ancestor)
            node = image.Tree.Nodes[node].Parent;
        return node == ancestor;
    }
}
