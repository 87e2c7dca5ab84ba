using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Data.Bulk;

/// <summary>The file bodies of a finding as varints: for each layer its index, how many, and the steps between their ordinals.</summary>
internal static class PackedBodies
{
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

        return [.. bytes];
    }

    public static BodySet Unpack(byte[] packed)
    {
        var layers = new List<LayerBodies>();
        for (var at = 0; at < packed.Length;)
        {
            var layer = (int)Varint.Read(packed, ref at);
            var ordinals = new int[Varint.Read(packed, ref at)];
            var last = 0;
            for (var i = 0; i < ordinals.Length; i++)
                ordinals[i] = last += (int)Varint.Read(packed, ref at);
            layers.Add(new LayerBodies(layer, ordinals));
        }

        return BodySet.Of(layers);
    }
}
