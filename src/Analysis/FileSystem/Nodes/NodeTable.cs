using System.Runtime.InteropServices;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>The nodes of a tree and their names, which the layers' entries spell.</summary>
internal sealed class NodeTable
{
    private readonly IReadOnlyList<ImageLayer> layers;
    private readonly List<Node> nodes;

    /// <summary>Names of directories that no layer has: only a link leads to them.</summary>
    private readonly EntryList ownNames = new();

    /// <param name="expected">Nodes beside the root.</param>
    public NodeTable(IReadOnlyList<ImageLayer> layers, int expected)
    {
        this.layers = layers;
        nodes = new List<Node>(expected + 1)
        {
            new()
            {
                Parent = -1,
                FirstChild = -1,
                NextSibling = -1,
                Inode = -1,
                Ordinal = -1,
                Kind = EntryKind.Directory,
                Visible = true,
            },
        };
    }

    public int Count => nodes.Count;

    public int Capacity => nodes.Capacity;

    public Span<Node> Nodes => CollectionsMarshal.AsSpan(nodes);

    /// <summary>The last component's bytes; empty for the root.</summary>
    public ReadOnlySpan<byte> NameOf(int node)
    {
        if (node == FileTree.Root)
            return default;
        ref readonly var n = ref Nodes[node];
        return (n.NameLayer < 0 ? ownNames : layers[n.NameLayer].Layer.Entries).Name(n.NameOrdinal);
    }

    /// <summary>What the entry that stands at a node links to.</summary>
    public ReadOnlySpan<byte> LinkTargetOf(int node)
    {
        ref readonly var n = ref Nodes[node];
        return layers[n.Layer].Layer.Entries.LinkTarget(n.Ordinal);
    }

    /// <param name="nameLayer">The layer whose entry spells the name.</param>
    /// <returns>The new node, which nothing stands at yet.</returns>
    public int Add(int parent, ReadOnlySpan<byte> name, int nameLayer, int nameOrdinal)
    {
        nodes.Add(new Node
        {
            Parent = parent,
            FirstChild = -1,
            NextSibling = Nodes[parent].FirstChild,
            Hash = NodeIndex.Hash(parent, name),
            NameLayer = nameLayer,
            NameOrdinal = nameOrdinal,
            Inode = -1,
            Ordinal = -1,
        });
        return Nodes[parent].FirstChild = nodes.Count - 1;
    }

    public int AddUnwritten(int parent, ReadOnlySpan<byte> name) =>
        Add(parent, name, -1, ownNames.Add(new LayerEntry { Parent = -1, Kind = EntryKind.Implied }, name, default));
}
