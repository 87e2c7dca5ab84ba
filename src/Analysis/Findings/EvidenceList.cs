using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.Findings;

/// <summary>Adds up inodes and keeps the biggest as evidence.</summary>
internal sealed class EvidenceList(FindingContext image)
{
    private readonly List<(int Node, int Inode)> items = [];
    private IReadOnlyList<Evidence>? biggest;

    public long DiskBytes { get; private set; }

    public long PullBytes { get; private set; }

    public int Count => items.Count;

    /// <param name="node">Where it is shown; may differ from the place that carried the bytes.</param>
    /// <param name="inode">Not yet in the list.</param>
    public void Add(int node, int inode)
    {
        ref readonly var i = ref image.Tree.Inodes[inode];
        DiskBytes = LedgerBook.Add(DiskBytes, image.Tree.SizeOf(i));
        PullBytes += image.Tree.PullOf(i);
        items.Add((node, inode));
    }

    public BodySet Bodies()
    {
        image.Work.Hold(sizeof(int) * (long)items.Count);
        return BodySet.FromInodes(image.Tree, items.Select(i => i.Inode));
    }

    /// <summary>As many as there is room for among the evidence of all findings.</summary>
    public IReadOnlyList<Evidence> Biggest() => biggest ??= image.Describe(
        items.OrderByDescending(i => image.Tree.SizeOf(image.Tree.Inodes[i.Inode])).Select(i =>
        {
            var inode = image.Tree.Inodes[i.Inode];
            return (i.Node, new Evidence(
                "", image.Tree.SizeOf(inode), image.Tree.PullOf(inode), inode.Layer,
                inode.HiddenBy < 0 ? null : inode.HiddenBy));
        }));

    public IEnumerable<int> BiggestInodes(int count)
    {
        image.Work.Spend(items.Count);
        return items.Select(i => i.Inode).OrderByDescending(i => image.Tree.SizeOf(image.Tree.Inodes[i])).Take(count);
    }

    /// <summary>Where the biggest are shown.</summary>
    public IEnumerable<int> BiggestNodes(int count)
    {
        image.Work.Spend(items.Count);
        return items.OrderByDescending(i => image.Tree.SizeOf(image.Tree.Inodes[i.Inode])).Take(count)
            .Select(i => i.Node);
    }

    /// <summary>The biggest one's path, for a text.</summary>
    public string BiggestPath() => BiggestPaths(1).FirstOrDefault("<path>");

    /// <summary>The paths of the biggest, for a text: they are no part of the evidence.</summary>
    public IEnumerable<string> BiggestPaths(int count) =>
        BiggestNodes(count).Select(n => Phrases.Path(image.Tree.PathOf(Math.Max(n, FileTree.Root))));

    /// <summary>The layer that carries most of it.</summary>
    public int MainLayer()
    {
        image.Work.Spend(items.Count);
        return items.GroupBy(i => image.Tree.Inodes[i.Inode].Layer)
            .MaxBy(g => g.Sum(i => image.Tree.SizeOf(image.Tree.Inodes[i.Inode])))!.Key;
    }

    /// <summary>The directory that holds most of it, for a title or a snippet that names a place.</summary>
    public string MainDirectory()
    {
        // The lowest that has at least nine tenths of the bytes. Parents have lower numbers than what is in them, so
        // that each has its total when its turn comes.
        var totals = new Dictionary<int, long>();
        var open = new PriorityQueue<int, int>();
        image.Work.Spend(items.Count);
        foreach (var (node, inode) in items)
            if (node > FileTree.Root)
                Add(image.Tree.Nodes[node].Parent, image.Tree.SizeOf(image.Tree.Inodes[inode]));
        while (open.TryDequeue(out var folder, out _))
        {
            image.Work.Spend(1);
            var bytes = totals[folder];
            if (folder == FileTree.Root || (Int128)bytes * 10 >= (Int128)DiskBytes * 9)
                return Phrases.Path(image.Tree.PathOf(folder));
            Add(image.Tree.Nodes[folder].Parent, bytes);
        }

        return "/";

        void Add(int folder, long bytes)
        {
            if (!totals.TryAdd(folder, bytes))
                totals[folder] += bytes;
            else
                open.Enqueue(folder, -folder);
        }
    }
}
