using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings;

/// <summary>The sizes that an image and its layers would have without some of their file bodies.</summary>
public sealed record Simulation(long DiskBytes, long PullBytes, IReadOnlyList<SimulatedLayer> Layers)
{
    /// <param name="gone">May overlap; a body goes once.</param>
    public static Simulation Without(IReadOnlyList<ImageLayer> layers, IEnumerable<BodySet> gone)
    {
        var marks = new HashSet<int>?[layers.Count];
        foreach (var (layer, ordinals) in gone.SelectMany(g => g.Layers))
            (marks[layer] ??= []).UnionWith(ordinals);
        var simulated = layers.Select((l, i) => Without(l, marks[i])).ToList();
        return new Simulation(simulated.Sum(l => l.DiskBytes), simulated.Sum(l => l.PullBytes), simulated);
    }

    private static SimulatedLayer Without(ImageLayer layer, HashSet<int>? gone)
    {
        var (disk, pull) = (layer.Layer.DiskBytes, layer.Blob.PullBytes);
        foreach (var ordinal in gone ?? [])
        {
            disk -= layer.Layer.Entries.Size(ordinal);
            pull -= layer.Blob.Shares[ordinal];
        }

        return new SimulatedLayer(layer.Index, disk, pull);
    }
}

/// <param name="Index">0 is the lowest.</param>
public sealed record SimulatedLayer(int Index, long DiskBytes, long PullBytes);
