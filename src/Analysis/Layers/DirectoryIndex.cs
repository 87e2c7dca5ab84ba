using System.IO.Hashing;

namespace ImageInsight.Analysis.Layers;

/// <summary>Finds the row that stands for a directory of the layer, by its parent's row and its name.</summary>
internal sealed class DirectoryIndex(EntryList entries)
{
    private int[] slots = new int[64];
    private int count;

    /// <summary>The row, or -1.</summary>
    public int Find(int parent, ReadOnlySpan<byte> name)
    {
        for (var i = Hash(parent, name); ; i++)
        {
            var row = slots[i & (slots.Length - 1)] - 1;
            if (row < 0)
                return -1;
            if (entries.Parent(row) == parent && entries.Name(row).SequenceEqual(name))
                return row;
        }
    }

    public void Add(int row)
    {
        if ((count + 1) * 2 > slots.Length)
            Grow();
        Put(row);
        count++;
    }

    private void Put(int row)
    {
        var i = Hash(entries.Parent(row), entries.Name(row));
        while (slots[i & (slots.Length - 1)] != 0)
            i++;
        slots[i & (slots.Length - 1)] = row + 1;
    }

    private void Grow()
    {
        var old = slots;
        slots = new int[old.Length * 2];
        foreach (var row in old)
            if (row != 0)
                Put(row - 1);
    }

    private static int Hash(int parent, ReadOnlySpan<byte> name) =>
        (int)(XxHash3.HashToUInt64(name, parent) & 0x3fffffff);
}
