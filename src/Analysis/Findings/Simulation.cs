using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings;

/// <summary>The sizes that an image and its layers would have without some of their file bodies.</summary>
public sealed record Simulation(long DiskBytes, long PullBytes, IReadOnlyList<SimulatedLayer> Layers)
{
    /// <param name="gone">May overlap; a body goes once.</param>
    public static Simulation Without(IReadOnlyList<ImageLayer> layers, IEnumerable<BodySet> gone)
    {
        var marks = new HashSet<int>?[layers.Count];
        var parts = new Dictionary<int, BodyPart>?[layers.Count];
        foreach (var set in gone)
        {
            foreach (var (layer, ordinals) in set.Layers)
                (marks[layer] ??= []).UnionWith(ordinals);
            foreach (var part in set.Parts)
            {
                var of = parts[part.Layer] ??= [];
                if (of.GetValueOrDefault(part.Ordinal).Bytes <= part.Bytes)
                    of[part.Ordinal] = part;
            }
        }

        var simulated = layers.Select((l, i) => Without(l, marks[i], parts[i])).ToList();
        return new Simulation(simulated.Sum(l => l.DiskBytes), simulated.Sum(l => l.PullBytes), simulated);
    }

    private static SimulatedLayer Without(ImageLayer layer, HashSet<int>? gone, Dictionary<int, BodyPart>? parts)
    {
        var (disk, pull) = (layer.Layer.DiskBytes, layer.Blob.PullBytes);
        foreach (var ordinal in gone ?? [])
        {
            disk -= layer.Layer.Entries.Size(ordinal);
            pull -= layer.Blob.Shares[ordinal];
        }

        foreach (var (ordinal, part) in parts ?? [])
            if (gone?.Contains(ordinal) != true)
            {
                disk -= part.Bytes;
                pull -= part.PullBytes;
            }

        return new SimulatedLayer(layer.Index, disk, pull);
    }

    /// <summary>
    /// What is packed already stays as it is; how well the rest of a part is compressed is not known: it has its share
    /// of the rest of the whole.
    /// </summary>
    internal static long PullOfPart(long pull, long bytes, long packed, long size)
    {
        packed = Math.Min(packed, Math.Min(pull, bytes));
        return packed >= size ? packed : packed + (long)((Int128)(pull - packed) * (bytes - packed) / (size - packed));
    }
}

/// <param name="Index">0 is the lowest.</param>
public sealed record SimulatedLayer(int Index, long DiskBytes, long PullBytes);
