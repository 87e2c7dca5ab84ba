using System.Buffers;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// A run of bytes on its way from the thread that reads or inflates to the one that inflates, or hashes and parses.
/// </summary>
internal sealed class Block
{
    /// <summary>A multiple of the tar's block size, so that no header straddles two blocks.</summary>
    public const int Size = 256 << 10;

    private byte[]? buffer;

    /// <summary>Lent when it is wanted: most layers are shorter than what goes round.</summary>
    public byte[] Buffer => buffer ??= ArrayPool<byte>.Shared.Rent(Size);

    public int Length { get; set; }

    /// <summary>Where the compressed stream stood at some uncompressed offsets, ascending.</summary>
    public List<StreamPoint> Points { get; } = [];

    /// <summary>Gives the buffer back: nobody may look at it any more.</summary>
    public void Release()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } lent)
            ArrayPool<byte>.Shared.Return(lent);
    }
}

/// <summary>
/// After <paramref name="Uncompressed"/> bytes of the tar, <paramref name="Compressed"/> bytes of the blob were used.
/// </summary>
internal readonly record struct StreamPoint(long Uncompressed, long Compressed);
