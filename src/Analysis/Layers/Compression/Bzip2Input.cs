using ICSharpCode.SharpZipLib.BZip2;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// Unpacks bzip2: one stream after the other, as parallel compressors write them. SharpZipLib's own stream ends after
/// the first, and reads already when it is made.
/// </summary>
internal sealed class Bzip2Input(Stream source, WorkBudget work) : ReadOnlyStream
{
    /// <summary>
    /// What the memory of a decoder costs to make, in steps: 4.5 MB at most. A stream of pbzip2 makes up for it by
    /// what it holds (900 kB).
    /// </summary>
    private const int DecoderSteps = 4_000_000;

    /// <summary>Bytes that a decoder must have given out for the next one to cost nothing.</summary>
    private const int WorthADecoder = 100_000;

    /// <summary>
    /// Decoders that gave out little, after which their memory is taken back: the collector itself lets hundreds of MB
    /// of such big arrays lie.
    /// </summary>
    private const int DecodersLeftLying = 8;

    /// <summary>BZh, the size of a block, the mark of the end, and a checksum over nothing.</summary>
    private const int EmptyBytes = 14;

    private readonly BufferedStream buffered = new(source, 8 << 10);
    private BZip2InputStream? current;
    private long givenOut = WorthADecoder;
    private int lying;

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (true)
        {
            if (current is null)
            {
                if (NextStream() is not { } start)
                    return 0;
                if (givenOut < WorthADecoder)
                    PayForDecoder();
                givenOut = 0;
                current = new BZip2InputStream(new PrefixedStream(start, buffered)) { IsStreamOwner = false };
            }

            var read = current.Read(buffer, offset, count);
            givenOut += read;
            if (read > 0)
                return read;
            current = null;
        }
    }

    private void PayForDecoder()
    {
        work.Spend(DecoderSteps);
        if (++lying % DecodersLeftLying == 0)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    /// <returns>Its first bytes; null at the end. Empty streams are passed over.</returns>
    private byte[]? NextStream()
    {
        var start = new byte[EmptyBytes];
        while (true)
        {
            var length = buffered.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            if (length == 0)
                return null;
            if (length < EmptyBytes || !start.AsSpan(0, 3).SequenceEqual("BZh"u8)
                || !start.AsSpan(4).SequenceEqual(EndOfNothing))
                return start[..length];
        }
    }

    private static ReadOnlySpan<byte> EndOfNothing => [0x17, 0x72, 0x45, 0x38, 0x50, 0x90, 0, 0, 0, 0];

    protected override void Dispose(bool disposing)
    {
        // Not the buffer: it would close the source.
        current?.Dispose();
        base.Dispose(disposing);
    }
}
