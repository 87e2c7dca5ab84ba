namespace ImageInsight.Analysis.FileSystem.Ledger;

/// <summary>
/// Exactly which stored file bodies something is about, wasted and visible: entries by layer and ordinal, which stay
/// true
/// however layers are merged. Sets that share bodies can be joined without counting one twice.
/// </summary>
public sealed class BodySet
{
    private BodySet(IReadOnlyList<LayerBodies> layers, IReadOnlyList<BodyPart> parts) =>
        (Layers, Parts) = (layers, parts);

    public static BodySet Empty { get; } = new([], []);

    /// <summary>Ascending by layer; a layer without bodies is left out.</summary>
    public IReadOnlyList<LayerBodies> Layers { get; }

    /// <summary>Bodies that stay and could be smaller.</summary>
    public IReadOnlyList<BodyPart> Parts { get; }

    public bool IsEmpty => Layers.Count == 0 && Parts.Count == 0;

    /// <param name="layers">Each layer once, ascending, its ordinals ascending.</param>
    public static BodySet Create(IReadOnlyList<LayerBodies> layers) => Create(layers, []);

    /// <param name="parts">Each body once, ascending by layer and ordinal.</param>
    public static BodySet Create(IReadOnlyList<LayerBodies> layers, IReadOnlyList<BodyPart> parts) =>
        layers.Count == 0 && parts.Count == 0 ? Empty : new BodySet(layers, parts);

    /// <param name="inodes">May repeat.</param>
    internal static BodySet FromInodes(FileTree tree, IEnumerable<int> inodes)
    {
        // Inodes are numbered as layers are replayed: sorted, they ascend by layer and by ordinal.
        var sorted = inodes.ToArray();
        Array.Sort(sorted);
        var layers = new List<LayerBodies>();
        List<int> ordinals = [];
        for (var i = 0; i < sorted.Length; i++)
        {
            if (i > 0 && sorted[i] == sorted[i - 1])
                continue;
            var inode = tree.Inodes[sorted[i]];
            if (layers.Count == 0 || layers[^1].Layer != inode.Layer)
                layers.Add(new LayerBodies(inode.Layer, ordinals = []));
            ordinals.Add(inode.Ordinal);
        }

        return Create(layers);
    }
}

/// <param name="Layer">Index in the image.</param>
/// <param name="Ordinals">Of the entries that carry the bodies, ascending.</param>
public sealed record LayerBodies(int Layer, IReadOnlyList<int> Ordinals);

/// <summary>What a body could do without, as symbols in a program.</summary>
/// <param name="Layer">Index in the image.</param>
/// <param name="PullBytes">What it has of the body's share of the blob.</param>
public readonly record struct BodyPart(int Layer, int Ordinal, long Bytes, long PullBytes);
