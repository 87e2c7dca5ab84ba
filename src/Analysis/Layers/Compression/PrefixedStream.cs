namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>Bytes that were taken from a stream already, and then the stream.</summary>
internal sealed class PrefixedStream(byte[] prefix, Stream rest) : ReadOnlyStream
{
    private long position;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override int ReadByte()
    {
        var value = position < prefix.Length ? prefix[position] : rest.ReadByte();
        if (value >= 0)
            position++;
        return value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read;
        if (position < prefix.Length)
        {
            read = (int)Math.Min(buffer.Length, prefix.Length - position);
            prefix.AsSpan((int)position, read).CopyTo(buffer);
        }
        else
        {
            read = rest.Read(buffer);
        }

        position += read;
        return read;
    }
}
