using System.IO.Hashing;
using System.Text;
using ImageInsight.Analysis.FileSystem.Merge;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>Visible nodes by their own name and by the ending of it, wherever they stand.</summary>
internal sealed class NodeNames
{
    /// <summary>No ending that a rule asks for is longer.</summary>
    private const int MaxEnding = 13;

    /// <summary>Another one in each process: nobody can choose names that all share a chain.</summary>
    private static readonly long Seed = Random.Shared.NextInt64();

    private readonly FileTree tree;
    private readonly WorkBudget work;
    private readonly Chains byName;
    private readonly Chains byEnding;

    public NodeNames(FileTree tree, WorkBudget work)
    {
        (this.tree, this.work) = (tree, work);
        work.Spend(tree.Nodes.Length);
        // Asked for some hundred names: chains that are a few nodes longer cost less than tables of their own size.
        byName = new Chains(tree.Nodes.Length, tree.Nodes.Length / 8);
        byEnding = new Chains(tree.Nodes.Length, tree.Nodes.Length / 64);
        // Backwards, so that each chain ascends.
        for (var i = tree.Nodes.Length - 1; i > FileTree.Root; i--)
        {
            if (!tree.Nodes[i].Visible)
                continue;
            var name = tree.NameOf(i);
            byName.Add(HashOf(name), i);
            if (Ending(name) is { Length: > 0 } ending)
                byEnding.Add(HashOf(ending), i);
        }
    }

    /// <summary>Nodes with exactly this name, ascending: parents before what is below them.</summary>
    public IEnumerable<int> Named(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        return byName.WithHash(HashOf(bytes), work).Where(n => tree.NameOf(n).SequenceEqual(bytes));
    }

    /// <summary>
    /// Nodes whose name ends so, ascending; the ending is a dot and what follows it (.map, .js.map), or a tilde.
    /// </summary>
    public IEnumerable<int> Ending(string ending)
    {
        var bytes = Encoding.UTF8.GetBytes(ending);
        // Filed under what follows the last dot.
        var last = bytes.AsSpan(Math.Max(bytes.AsSpan().LastIndexOf((byte)'.'), 0));
        return byEnding.WithHash(HashOf(last), work).Where(n => tree.NameOf(n).EndsWith(bytes));
    }

    private static ulong HashOf(ReadOnlySpan<byte> name) => XxHash3.HashToUInt64(name, Seed);

    private static ReadOnlySpan<byte> Ending(ReadOnlySpan<byte> name)
    {
        if (name.Length > 1 && name[^1] == '~')
            return name[^1..];
        var dot = name.LastIndexOf((byte)'.');
        return dot <= 0 || name.Length - dot > MaxEnding ? default : name[dot..];
    }

    /// <summary>Nodes by a hash; those that share a slot follow each other.</summary>
    private sealed class Chains(int nodes, int slots)
    {
        private readonly int[] first = new int[TableSize.For(slots)];
        private readonly int[] next = new int[nodes];

        public void Add(ulong hash, int node)
        {
            ref var slot = ref first[(int)hash & (first.Length - 1)];
            next[node] = slot;
            // The root is in no chain, so that 0 ends one.
            slot = node;
        }

        public IEnumerable<int> WithHash(ulong hash, WorkBudget work)
        {
            var looked = 1;
            try
            {
                for (var node = first[(int)hash & (first.Length - 1)]; node != 0; node = next[node], looked++)
                    yield return node;
            }
            finally
            {
                work.Spend(looked);
            }
        }
    }
}
