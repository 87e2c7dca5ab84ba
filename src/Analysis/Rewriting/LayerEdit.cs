using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Rewriting;

/// <summary>What becomes of a layer's records; those that it does not name stay as they are, to the byte.</summary>
internal sealed class LayerEdit
{
    /// <summary>Ordinals of records that become files of no bytes at their own paths.</summary>
    public HashSet<int> Emptied { get; } = [];

    /// <summary>
    /// Paths of records of no bytes that stand in another's place, by its ordinal: a directory's ends with a slash.
    /// None: it goes.
    /// </summary>
    public Dictionary<int, byte[][]> Replaced { get; } = [];

    public bool IsEmpty => Emptied.Count + Replaced.Count == 0;

    /// <summary>The records instead of one, or null when it stays.</summary>
    public byte[][]? InsteadOf(int ordinal, ReadOnlySpan<byte> path) =>
        Replaced.TryGetValue(ordinal, out var others) ? others : Emptied.Contains(ordinal) ? [
            path.TrimEnd((byte)'/').ToArray()
        ] : null;

    /// <summary>The rows of the layer that this edit leaves.</summary>
    public EntryList Apply(EntryList entries, AnalysisOptions options)
    {
        var edited = new EntryList();
        var paths = new PathBuilder(edited, options, new ReadBudget(options, CancellationToken.None));
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries.Kind(i) == EntryKind.Implied)
                continue;
            var path = PathOf(entries, i);
            if (InsteadOf(i, path) is not { } others)
                Add(paths, path, entries[i], entries.LinkTarget(i));
            else
                foreach (var other in others)
                    Add(paths, other, EmptyRecord.RowOf(other), default);
        }

        return edited;
    }

    private static void Add(PathBuilder paths, ReadOnlySpan<byte> path, LayerEntry entry, ReadOnlySpan<byte> target)
    {
        var parent = paths.Parent(path, out var name);
        paths.Add(entry with { Parent = parent }, name, target);
    }

    private static byte[] PathOf(EntryList entries, int ordinal)
    {
        var parts = new Stack<byte[]>();
        for (var at = ordinal; at >= 0; at = entries.Parent(at))
            parts.Push(entries.Name(at).ToArray());
        return Join(parts);
    }

    public static byte[] Join(IEnumerable<byte[]> parts)
    {
        var path = new List<byte>();
        foreach (var part in parts)
        {
            if (path.Count > 0)
                path.Add((byte)'/');
            path.AddRange(part);
        }

        return [.. path];
    }
}
