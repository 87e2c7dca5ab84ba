using System.IO.Hashing;
using System.Text;

namespace ImageInsight.Analysis.FileSystem;

/// <summary>Visible nodes by their own name and by the ending of it, wherever they stand.</summary>
internal sealed class NodeNames
{
    /// <summary>No ending that a rule asks for is longer.</summary>
    private const int MaxEnding = 12;

    private readonly FileTree tree;
    private readonly (ulong Hash, int Node)[] byName;
    private readonly (ulong Hash, int Node)[] byEnding;

    public NodeNames(FileTree tree)
    {
        this.tree = tree;
        var names = new List<(ulong, int)>(tree.Nodes.Length);
        var endings = new List<(ulong, int)>();
        for (var i = 1; i < tree.Nodes.Length; i++)
        {
            if (!tree.Nodes[i].Visible)
                continue;
            var name = tree.NameOf(i);
            names.Add((XxHash3.HashToUInt64(name), i));
            if (Ending(name) is { Length: > 0 } ending)
                endings.Add((XxHash3.HashToUInt64(ending), i));
        }

        byName = [.. names];
        byEnding = [.. endings];
        Array.Sort(byName);
        Array.Sort(byEnding);
    }

    /// <summary>Nodes with exactly this name, ascending: parents before what is below them.</summary>
    public IEnumerable<int> Named(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        return Of(byName, XxHash3.HashToUInt64(bytes)).Where(n => tree.NameOf(n).SequenceEqual(bytes));
    }

    /// <summary>Nodes whose name ends so, ascending; the ending is a dot and what follows it, or a tilde.</summary>
    public IEnumerable<int> Ending(string ending)
    {
        var bytes = Encoding.UTF8.GetBytes(ending);
        return Of(byEnding, XxHash3.HashToUInt64(bytes)).Where(n => tree.NameOf(n).EndsWith(bytes));
    }

    private static ReadOnlySpan<byte> Ending(ReadOnlySpan<byte> name)
    {
        if (name.Length > 1 && name[^1] == '~')
            return name[^1..];
        var dot = name.LastIndexOf((byte)'.');
        return dot <= 0 || name.Length - dot > MaxEnding ? default : name[dot..];
    }

    private static IEnumerable<int> Of((ulong Hash, int Node)[] sorted, ulong hash)
    {
        var at = Array.BinarySearch(sorted, (hash, -1));
        for (at = at < 0 ? ~at : at; at < sorted.Length && sorted[at].Hash == hash; at++)
            yield return sorted[at].Node;
    }
}
