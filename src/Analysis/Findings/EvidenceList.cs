using ImageInsight.Analysis.FileSystem;

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
    public void Add(int node, int inode)
    {
        ref readonly var i = ref image.Tree.Inodes[inode];
        DiskBytes += image.Tree.SizeOf(i);
        PullBytes += image.Tree.PullOf(i);
        items.Add((node, inode));
    }

    /// <summary>True when most of the bytes are live at another path: the files were moved rather than deleted.</summary>
    public bool WasMoved()
    {
        var wanted = items.Select(i => Content(i.Inode)).ToHashSet();
        var live = new HashSet<(UInt128, long)>();
        for (var i = 0; i < image.Tree.Inodes.Length; i++)
            if (image.Tree.Inodes[i].HiddenBy < 0 && wanted.Contains(Content(i)))
                live.Add(Content(i));
        return items.Where(i => live.Contains(Content(i.Inode))).Sum(i => Content(i.Inode).Size) * 2 > DiskBytes;
    }

    private (UInt128 Hash, long Size) Content(int inode) => image.Tree.ContentOf(image.Tree.Inodes[inode]);

    public IReadOnlyList<Evidence> Biggest() =>
    [
        .. items
            .OrderByDescending(i => image.Tree.SizeOf(image.Tree.Inodes[i.Inode]))
            .Take(MaxPaths)
            .Select(i =>
            {
                var inode = image.Tree.Inodes[i.Inode];
                return new Evidence(
                    image.Tree.PathOf(Math.Max(i.Node, FileTree.Root)), image.Tree.SizeOf(inode), image.Tree.PullOf(inode), inode.Layer);
            }),
    ];

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
