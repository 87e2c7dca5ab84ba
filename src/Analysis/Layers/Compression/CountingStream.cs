using System.Security.Cryptography;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// The blob as a decompressor reads it: counts and, when asked, hashes every byte, and reports each read, which is the
/// moment at which all bytes given out before have been used up.
/// </summary>
internal sealed class CountingStream(Stream inner, IncrementalHash? hash, Action<long>? onBytes) : ReadOnlyStream
{
    /// <summary>Reads are kept this small so that compressed positions are known this finely.</summary>
    private const int MaxRead = 8 << 10;

    /// <summary>Read ahead at once: a call of the kernel for every 8 KiB took a tenth of the time.</summary>
    private const int Ahead = 256 << 10;

    private byte[] buffer = [];
    private int start;
    private int end;

    public long Count { get; private set; }

    /// <summary>Called with <see cref="Count"/> before each further read.</summary>
    public Action<long>? BeforeRead { get; set; }

    public override int Read(Span<byte> target)
    {
        BeforeRead?.Invoke(Count);
        if (start == end)
        {
            if (buffer.Length == 0)
                buffer = new byte[Ahead];
            (start, end) = (0, inner.Read(buffer));
            hash?.AppendData(buffer, 0, end);
            if (end > 0)
                onBytes?.Invoke(end);
        }

        var length = Math.Min(Math.Min(end - start, MaxRead), target.Length);
        buffer.AsSpan(start, length).CopyTo(target);
        start += length;
        Count += length;
        return length;
    }

    /// <summary>Takes what the decompressor left, so that the whole blob is hashed.</summary>
    public void Drain()
    {
        BeforeRead = null;
        var rest = new byte[MaxRead];
        while (Read(rest) > 0)
        {
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Position { get => Count; set => throw new NotSupportedException(); }
}
