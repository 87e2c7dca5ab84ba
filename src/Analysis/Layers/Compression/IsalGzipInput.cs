namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// The members of a gzip blob, one after the other, as .NET's GZipStream reads them: what follows the last member and is none is not read, and an
/// input that ends early ends the output.
/// </summary>
/// <param name="source">Read on only when all that it gave is used up.</param>
internal sealed class IsalGzipInput(Stream source, IsalInflater inflater) : ReadOnlyStream
{
    /// <summary>A member's magic, by which another one is told from what only follows.</summary>
    private const int MagicLength = 2;

    private readonly byte[] buffer = new byte[16 << 10];
    private int start;
    private int end;
    private bool ended;

    public override int Read(Span<byte> output)
    {
        if (output.Length == 0)
            return 0;
        while (!ended)
        {
            if (inflater.IsFinished && !StartNext())
                break;
            if (inflater.Inflate(buffer.AsSpan(start, end - start), output) is not var (used, made))
                throw new InvalidDataException("The compressed data is invalid, or its checksum is another.");
            start += used;
            if (made > 0)
                return made;
            // Only when nothing comes out any more of what it holds back.
            if ((used == 0 || start == end) && !inflater.IsFinished && !Fill())
                break;
        }

        ended = true;
        return 0;
    }

    public override int Read(byte[] output, int offset, int count) => Read(output.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inflater.Dispose();
        base.Dispose(disposing);
    }

    private bool StartNext()
    {
        while (end - start < MagicLength)
            if (!Fill())
                return false;
        if (buffer[start] != 0x1f || buffer[start + 1] != 0x8b)
            return false;
        inflater.Reset();
        return true;
    }

    private bool Fill()
    {
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        var read = end < buffer.Length ? source.Read(buffer.AsSpan(end)) : 0;
        end += read;
        return read > 0;
    }
}
