using System.Numerics;
using ImageInsight.Analysis.FileSystem.Merge;

namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>
/// Inodes of different content. Nearly all contents stand alone, and a bit for each tells most of those: only the rest
/// go into a table, which for all of them would be the biggest thing that the rules make.
/// </summary>
internal sealed class ContentSet
{
    private const int BitsPerInode = 8;

    private readonly FileTree tree;
    private readonly ulong[] repeated;
    private readonly int[] slots;

    public ContentSet(FileTree tree)
    {
        this.tree = tree;
        var words = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, tree.Inodes.Length / (64 / BitsPerInode)));
        var seen = new ulong[words];
        repeated = new ulong[words];
        var candidates = 0;
        foreach (ref readonly var inode in tree.Inodes)
        {
            var (word, bit) = Place(tree.ContentOf(inode).Hash);
            if ((seen[word] & bit) == 0)
            {
                seen[word] |= bit;
                continue;
            }

            repeated[word] |= bit;
            candidates++;
        }

        // As many again may have been the first of their bit.
        slots = new int[TableSize.For(Math.Min(candidates * 2, tree.Inodes.Length))];
    }

    /// <summary>False when one with the same content is in it.</summary>
    public bool Add(int inode)
    {
        var content = tree.ContentOf(tree.Inodes[inode]);
        var (word, bit) = Place(content.Hash);
        if ((repeated[word] & bit) == 0)
            return true;
        // Not by bits of the hash: files can be made that have many of them alike.
        for (var i = content.Hash.GetHashCode(); ; i++)
        {
            ref var slot = ref slots[i & (slots.Length - 1)];
            if (slot == 0)
            {
                slot = inode + 1;
                return true;
            }

            if (tree.ContentOf(tree.Inodes[slot - 1]) == content)
                return false;
        }
    }

    /// <summary>By other bits than those that choose a slot.</summary>
    private (int Word, ulong Bit) Place(UInt128 hash)
    {
        var high = (ulong)(hash >> 64);
        return ((int)(high >> 6) & (repeated.Length - 1), 1UL << (int)(high & 63));
    }
}
