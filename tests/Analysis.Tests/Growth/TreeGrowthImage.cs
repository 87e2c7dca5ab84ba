using System.Text;
using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Tests.Growth;

/// <summary>An image made without an archive: of any size in no time.</summary>
internal sealed class TreeGrowthImage
{
    private readonly List<Stored> layers = [];
    private readonly List<(
        string Ecosystem, string Name, string FoundAt, string[] Paths, PackageClaim Claim)> packages = [];

    private sealed class Stored(string? instruction)
    {
        public string? Instruction => instruction;

        public EntryList Entries { get; } = new();

        public Dictionary<string, int> Folders { get; } = new(StringComparer.Ordinal);

        public List<Capture> Captures { get; } = [];
    }

    public List<string> Environment { get; } = [];

    public List<string> Command { get; } = [];

    public List<string> Start { get; } = [];

    public int BaseLayers { get; init; }

    public string Distribution { get; init; } = "";

    public TreeGrowthImage Layer(string? instruction = null)
    {
        layers.Add(new Stored(instruction));
        return this;
    }

    /// <param name="content">The same number is the same content; by default each file has its own.</param>
    public TreeGrowthImage File(string path, long size = 1000, int content = 0, int mode = 0x1a4)
    {
        Add(path, new LayerEntry
        {
            Parent = 0,
            Kind = EntryKind.File,
            Size = size,
            Mode = mode,
            ContentHash = content != 0 ? (UInt128)(uint)content
                : new UInt128(1, (ulong)layers.Sum(l => l.Entries.Count)),
        }, "");
        return this;
    }

    public TreeGrowthImage Files(int count, Func<int, string> path, long size = 1000)
    {
        for (var i = 0; i < count; i++)
            File(path(i), size);
        return this;
    }

    public TreeGrowthImage Folder(string path)
    {
        Add(path, new LayerEntry { Parent = 0, Kind = EntryKind.Directory, Mode = 0x1ed }, "");
        return this;
    }

    public TreeGrowthImage Link(string path, string target)
    {
        Add(path, new LayerEntry { Parent = 0, Kind = EntryKind.Symlink }, target);
        return this;
    }

    public TreeGrowthImage Whiteout(string path)
    {
        var slash = path.LastIndexOf('/');
        return File(path[..(slash + 1)] + ".wh." + path[(slash + 1)..], 0);
    }

    public TreeGrowthImage Captured(string path, CaptureKind kind, byte[] bytes, long size = 1000)
    {
        File(path, size);
        layers[^1].Captures.Add(new Capture(layers[^1].Entries.Count - 1, kind, bytes));
        return this;
    }

    /// <param name="change">Of the claim that the package is made of; its files are found by their paths.</param>
    public TreeGrowthImage Package(
        string ecosystem, string name, string foundAt, string[] paths, Func<PackageClaim, PackageClaim>? change = null)
    {
        var claim = new PackageClaim(ecosystem, name, "1", $"pkg:{ecosystem}/{name}@1", 1, 0, []) { Carrier = -1 };
        packages.Add((ecosystem, name, foundAt, paths, change?.Invoke(claim) ?? claim));
        return this;
    }

    public (ImageFacts Facts, FileTree Tree, PackageSet Packages) Make()
    {
        var made = layers.Select((l, i) => Made(l, i)).ToList();
        var tree = FileTree.Merge(made, new AnalysisOptions { MaxEntries = int.MaxValue }, CancellationToken.None);
        List<HistoryEntry> history =
        [
            .. made.Select(l => new HistoryEntry(null, l.Instruction ?? "", false, l.Index)),
            .. Start.Select(s => new HistoryEntry(null, s, true, null)),
        ];
        var facts = new ImageFacts(
            Digest.FromHash(new byte[32]), new Platform("linux", "amd64"), [], made, history, Environment)
        {
            Command = Command,
            Base = BaseImage.Unknown with { Layers = BaseLayers },
        };
        return (facts, tree, Packages(tree));
    }

    private PackageSet Packages(FileTree tree)
    {
        var finder = new PathFinder(tree, Budgets.Default);
        var owners = new int[tree.Inodes.Length];
        Array.Fill(owners, -1);
        List<PackageClaim> claims = [];
        foreach (var (_, _, _, paths, claim) in packages)
        {
            int[] nodes = [.. paths.Select(p => finder.Find(FileTree.Root, p)).Where(n => n > 0)];
            foreach (var node in nodes)
                if (tree.Nodes[node].Inode is var inode and >= 0)
                    owners[inode] = claims.Count;
            claims.Add(claim with { Nodes = nodes });
        }

        return new PackageSet(
            [.. packages.Select((p, i) => new Package(
                p.Ecosystem, p.Name, "1", p.Claim.Purl, p.FoundAt, claims[i].Layer, 1000, 0, 0, 1, [],
                claims[i].OnPurpose, claims[i].Development))],
            claims, [.. claims.Select(_ => (IReadOnlyList<int>)[])], owners, 0)
        {
            Distribution = new Distribution(Distribution, ""),
        };
    }

    private static ImageLayer Made(Stored stored, int index)
    {
        long bytes = 0;
        for (var i = 0; i < stored.Entries.Count; i++)
            bytes += stored.Entries.Size(i);
        var digest = Digest.FromHash(Encoding.ASCII.GetBytes($"{index,32}"));
        return new ImageLayer(
            index,
            new Layer(digest, bytes, bytes, stored.Entries.Count, stored.Entries) { Captures = stored.Captures },
            new LayerBlob(digest, bytes, "", bytes, false, new long[stored.Entries.Count]),
            stored.Instruction);
    }

    private void Add(string path, LayerEntry entry, string target)
    {
        var slash = path.LastIndexOf('/');
        var row = layers[^1].Entries.Add(
            entry with { Parent = FolderRow(path[..Math.Max(slash, 0)]) }, Encoding.UTF8.GetBytes(path[(slash + 1)..]),
            Encoding.UTF8.GetBytes(target));
        if (entry.Kind == EntryKind.Directory)
            layers[^1].Folders[path] = row;
    }

    private int FolderRow(string path)
    {
        var stored = layers[^1];
        if (path.Length == 0)
            return -1;
        if (stored.Folders.TryGetValue(path, out var row))
            return row;
        var slash = path.LastIndexOf('/');
        return stored.Folders[path] = stored.Entries.Add(
            new LayerEntry { Parent = FolderRow(path[..Math.Max(slash, 0)]), Kind = EntryKind.Implied },
            Encoding.UTF8.GetBytes(path[(slash + 1)..]), default);
    }
}
