using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Sources.Archives;

/// <summary>The tar reader's view of a file: bodies that nobody wants are passed over by seeking.</summary>
internal sealed class FileInput(Stream file) : ITarInput
{
    private readonly byte[] buffer = new byte[64 << 10];
    private readonly long length = file.Length;
    private int start;
    private int end;

    public long Position { get; private set; }

    public ReadOnlySpan<byte> PeekBlock()
    {
        Fill(TarReader.BlockSize);
        return buffer.AsSpan(start, Math.Min(TarReader.BlockSize, end - start));
    }

    public ReadOnlySpan<byte> Take(long max)
    {
        if (start == end)
            Fill(1);
        var count = (int)Math.Min(max, end - start);
        var span = buffer.AsSpan(start, count);
        start += count;
        Position += count;
        return span;
    }

    public bool Skip(long bytes)
    {
        if (bytes > length - Position)
        {
            Position = length;
            start = end = 0;
            file.Seek(0, SeekOrigin.End);
            return false;
        }

        Position += bytes;
        if (bytes <= end - start)
        {
            start += (int)bytes;
            return true;
        }

        start = end = 0;
        file.Seek(Position, SeekOrigin.Begin);
        return true;
    }

    private void Fill(int wanted)
    {
        if (end - start >= wanted)
            return;
        buffer.AsSpan(start, end - start).CopyTo(buffer);
        end -= start;
        start = 0;
        end += file.ReadAtLeast(buffer.AsSpan(end), wanted - end, throwOnEndOfStream: false);
    }
}
