using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Data.Layers;

namespace ImageInsight.Data.Queue;

/// <summary>
/// The file bodies of a finding as varints: for each layer its index, how many, and the steps between their ordinals.
/// From
/// <see cref="Parts"/> on a layer's index means parts of bodies, and the bytes of each follow its step, on disk and to
/// pull.
/// </summary>
internal static class PackedBodies
{
    /// <summary>More layers than an image may have.</summary>
    private const int Parts = 1 << 20;

    public static byte[] Pack(BodySet bodies)
    {
        var bytes = new List<byte>();
        foreach (var (layer, ordinals) in bodies.Layers)
        {
            Varint.Write(bytes, layer);
            Varint.Write(bytes, ordinals.Count);
            var last = 0;
            foreach (var ordinal in ordinals)
            {
                Varint.Write(bytes, ordinal - last);
                last = ordinal;
            }
        }

        foreach (var layer in bodies.Parts.GroupBy(p => p.Layer))
        {
            Varint.Write(bytes, Parts + layer.Key);
            Varint.Write(bytes, layer.Count());
            var last = 0;
            foreach (var part in layer)
            {
                Varint.Write(bytes, part.Ordinal - last);
                Varint.Write(bytes, part.Bytes);
                Varint.Write(bytes, part.PullBytes);
                last = part.Ordinal;
            }
        }

        return [.. bytes];
    }

    /// <summary>Only which layers they are in, in the same form with no ordinals.</summary>
    public static byte[] PackLayers(BodySet bodies) =>
        Pack(BodySet.Create([.. bodies.Layers.Select(l => new LayerBodies(l.Layer, []))]));

    public static BodySet Unpack(byte[] packed)
    {
        var layers = new List<LayerBodies>();
        var parts = new List<BodyPart>();
        for (var at = 0; at < packed.Length;)
        {
            var layer = (int)Varint.Read(packed, ref at);
            if (layer >= Parts)
            {
                var ordinal = 0;
                for (var left = Varint.Read(packed, ref at); left > 0; left--)
                    parts.Add(new BodyPart(
                        layer - Parts,
                        ordinal += (int)Varint.Read(packed, ref at),
                        Varint.Read(packed, ref at),
                        Varint.Read(packed, ref at)));
                continue;
            }

            var ordinals = new int[Varint.Read(packed, ref at)];
            var last = 0;
            for (var i = 0; i < ordinals.Length; i++)
                ordinals[i] = last += (int)Varint.Read(packed, ref at);
            layers.Add(new LayerBodies(layer, ordinals));
        }

        return BodySet.Create(layers, parts);
    }
}
