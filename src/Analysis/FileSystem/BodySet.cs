namespace ImageInsight.Analysis.FileSystem;

/// <summary>
/// Exactly which stored file bodies something is about, dead and live: entries by layer and ordinal, which stay true
/// however layers are merged. Sets that share bodies can be joined without counting one twice.
/// </summary>
public sealed class BodySet
{
    private BodySet(IReadOnlyList<LayerBodies> layers) => Layers = layers;

    public static BodySet Empty { get; } = new([]);

    /// <summary>Ascending by layer; a layer without bodies is left out.</summary>
    public IReadOnlyList<LayerBodies> Layers { get; }

    /// <param name="layers">Each layer once, ascending, its ordinals ascending.</param>
    public static BodySet Of(IReadOnlyList<LayerBodies> layers) => layers.Count == 0 ? Empty : new BodySet(layers);

    internal static BodySet Of(FileTree tree, IEnumerable<int> inodes)
    {
        var layers = new SortedDictionary<int, List<int>>();
        foreach (var i in inodes.Distinct().Order())
        {
            var inode = tree.Inodes[i];
            if (!layers.TryGetValue(inode.Layer, out var ordinals))
                layers.Add(inode.Layer, ordinals = []);
            ordinals.Add(inode.Ordinal);
        }

        return Of([.. layers.Select(l => new LayerBodies(l.Key, [.. l.Value.Order()]))]);
    }
}

/// <param name="Layer">Index in the image.</param>
/// <param name="Ordinals">Of the entries that carry the bodies, ascending.</param>
public sealed record LayerBodies(int Layer, IReadOnlyList<int> Ordinals);
