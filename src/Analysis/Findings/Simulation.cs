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
        var parts = new Dictionary<int, long>?[layers.Count];
        foreach (var set in gone)
        {
            foreach (var (layer, ordinals) in set.Layers)
                (marks[layer] ??= []).UnionWith(ordinals);
            foreach (var (layer, ordinal, bytes) in set.Parts)
            {
                var of = parts[layer] ??= [];
                of[ordinal] = Math.Max(bytes, of.GetValueOrDefault(ordinal));
            }
        }

        var simulated = layers.Select((l, i) => Without(l, marks[i], parts[i])).ToList();
        return new Simulation(simulated.Sum(l => l.DiskBytes), simulated.Sum(l => l.PullBytes), simulated);
    }

    private static SimulatedLayer Without(ImageLayer layer, HashSet<int>? gone, Dictionary<int, long>? parts)
    {
        var (disk, pull) = (layer.Layer.DiskBytes, layer.Blob.PullBytes);
        foreach (var ordinal in gone ?? [])
        {
            disk -= layer.Layer.Entries.Size(ordinal);
            pull -= layer.Blob.Shares[ordinal];
        }

        foreach (var (ordinal, bytes) in parts ?? [])
            if (gone?.Contains(ordinal) != true)
            {
                disk -= bytes;
                pull -= PullOfPart(layer.Blob.Shares[ordinal], bytes, layer.Layer.Entries.Size(ordinal));
            }

        return new SimulatedLayer(layer.Index, disk, pull);
    }

    /// <summary>How well a part is compressed is not known: it has its share of the whole.</summary>
    internal static long PullOfPart(long pull, long bytes, long size) => size == 0 ? 0 : (long)((Int128)pull * bytes / size);
}

/// <param name="Index">0 is the lowest.</param>
public sealed record SimulatedLayer(int Index, long DiskBytes, long PullBytes);
