namespace ImageInsight.Analysis.Layers;

/// <summary>
/// Turns names as tars state them (x, ./x, /x, x/, x//y, ../x) into rows of an <see cref="EntryList"/>.
/// </summary>
internal sealed class PathBuilder(EntryList entries, AnalysisOptions options, ReadBudget budget)
{
    private readonly DirectoryIndex directories = new(entries);
    private readonly List<Range> components = [];
    private byte[] lastParent = [];
    private int lastParentLength = -1;
    private int lastParentRow = -1;

    /// <summary>
    /// The parent's row, made when the layer has none yet, and the path's last component (empty for the root).
    /// </summary>
    public int Parent(ReadOnlySpan<byte> path, out ReadOnlySpan<byte> name)
    {
        Split(path);
        if (components.Count == 0)
        {
            name = default;
            return -1;
        }

        if (components.Count > options.MaxPathDepth)
            throw Caps.Exceeded(
                $"A path has more than {options.MaxPathDepth} components", nameof(options.MaxPathDepth));
        name = path[components[^1]];
        if (components.Count == 1)
            return -1;
        // Tars go depth first: most records have the parent of the one before.
        var head = path[..components[^2].End.Value];
        if (head.Length == lastParentLength && head.SequenceEqual(lastParent.AsSpan(0, lastParentLength)))
            return lastParentRow;
        var parent = -1;
        for (var i = 0; i < components.Count - 1; i++)
        {
            var component = path[components[i]];
            var row = directories.Find(parent, component);
            if (row < 0)
            {
                budget.AddImplied();
                row = Add(new LayerEntry { Parent = parent, Kind = EntryKind.Implied }, component, default);
                directories.Add(row);
            }

            parent = row;
        }

        if (lastParent.Length < head.Length)
            lastParent = new byte[head.Length * 2];
        head.CopyTo(lastParent);
        lastParentLength = head.Length;
        lastParentRow = parent;
        return parent;
    }

    public int Add(in LayerEntry entry, ReadOnlySpan<byte> name, ReadOnlySpan<byte> link)
    {
        budget.AddEntry(name.Length + link.Length);
        var row = entries.Add(entry, name, link);
        if (entry.Kind == EntryKind.Directory && name.Length > 0 && directories.Find(entry.Parent, name) < 0)
            directories.Add(row);
        return row;
    }

    /// <summary>A hard link's target in normal form: a/b/c.</summary>
    public byte[] Normalize(ReadOnlySpan<byte> path)
    {
        Split(path);
        var bytes = new List<byte>(path.Length);
        foreach (var component in components)
        {
            if (bytes.Count > 0)
                bytes.Add((byte)'/');
            bytes.AddRange(path[component]);
        }

        return [.. bytes];
    }

    private void Split(ReadOnlySpan<byte> path)
    {
        components.Clear();
        var start = 0;
        while (start < path.Length)
        {
            var length = path[start..].IndexOf((byte)'/');
            var end = length < 0 ? path.Length : start + length;
            var component = path[start..end];
            if (component.SequenceEqual(".."u8))
            {
                // Clamped at the root, as chroot does.
                if (components.Count > 0)
                    components.RemoveAt(components.Count - 1);
            }
            else if (component.Length > 0 && !component.SequenceEqual("."u8))
            {
                components.Add(start..end);
            }

            start = end + 1;
        }
    }
}
