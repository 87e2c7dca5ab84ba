namespace ImageInsight.Analysis.Layers;

/// <summary>Names one after the other; each stands whole in one chunk, so that it can be given out as a span.</summary>
internal sealed class BytePool
{
    /// <summary>Holds a name and a target of the greatest length.</summary>
    private const int Shift = 17;
    private const int ChunkBytes = 1 << Shift;

    private readonly List<byte[]> chunks = [[]];
    private int used;

    public long Bytes { get; private set; }

    public long Capacity => chunks.Sum(c => (long)c.Length);

    public ReadOnlySpan<byte> Get(uint at, int skip, int length) =>
        length == 0 ? default : chunks[(int)(at >> Shift)].AsSpan((int)(at & (ChunkBytes - 1)) + skip, length);

    /// <returns>Where it starts.</returns>
    public uint Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        var length = name.Length + target.Length;
        if (length == 0)
            return 0;
        if (used + length > ChunkBytes)
        {
            chunks.Add(new byte[ChunkBytes]);
            used = 0;
        }
        else if (used + length > chunks[^1].Length)
        {
            // Only the first: most layers are small.
            var grown = new byte[Math.Clamp((used + length) * 2, 256, ChunkBytes)];
            chunks[^1].AsSpan(0, used).CopyTo(grown);
            chunks[^1] = grown;
        }

        var at = ((uint)(chunks.Count - 1) << Shift) | (uint)used;
        name.CopyTo(chunks[^1].AsSpan(used));
        target.CopyTo(chunks[^1].AsSpan(used + name.Length));
        used += length;
        Bytes += length;
        return at;
    }
}
