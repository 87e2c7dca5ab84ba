using System.IO.Hashing;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// The members of a gzip blob, one after the other, as .NET's GZipStream reads them: what follows the last member and
/// is none is not read, and an input that ends early ends the output.
/// </summary>
/// <param name="source">Read on only when all that it gave is used up.</param>
internal sealed class IsalGzipInput(Stream source, IsalInflater inflater) : ReadOnlyStream
{
    /// <summary>A member's magic, by which another one is told from what only follows.</summary>
    private const int MagicLength = 2;

    // Flags of a header (RFC 1952, 2.3.1); the highest three are reserved.
    private const int HeaderChecksum = 2;
    private const int ExtraField = 4;
    private const int FileName = 8;
    private const int Comment = 16;
    private const int Reserved = 0xe0;

    private readonly byte[] buffer = new byte[16 << 10];
    private readonly Crc32 headerChecksum = new();
    private int start;
    private int end;
    private bool inMember;
    private bool ended;

    public override int Read(Span<byte> output)
    {
        if (output.Length == 0)
            return 0;
        while (!ended)
        {
            if (!inMember && !StartNext())
                break;
            if (inflater.Inflate(buffer.AsSpan(start, end - start), output) is not var (used, made))
                throw new InvalidDataException("The compressed data is invalid, or its checksum is another.");
            start += used;
            inMember = !inflater.IsFinished;
            if (made > 0)
                return made;
            // Only when nothing comes out any more of what it holds back.
            if ((used == 0 || start == end) && inMember && !Fill())
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
        if (buffer[start] != 0x1f || buffer[start + 1] != 0x8b || !SkipHeader())
            return false;
        inflater.Reset();
        return inMember = true;
    }

    /// <summary>
    /// Read here: ISA-L forgets the flags of a header that does not come in one piece. False when the input ends in it.
    /// </summary>
    private bool SkipHeader()
    {
        headerChecksum.Reset();
        Span<byte> head = stackalloc byte[10];
        for (var i = 0; i < head.Length; i++)
        {
            if (Next() is not (var b and >= 0))
                return false;
            head[i] = (byte)b;
        }

        var flags = head[3];
        if (head[2] != 8 || (flags & Reserved) != 0)
            throw new InvalidDataException("A gzip header asks for what is not defined.");
        if ((flags & ExtraField) != 0)
        {
            var (low, high) = (Next(), Next());
            for (var left = low | (high << 8); left > 0; left--)
                if (Next() < 0)
                    return false;
            if (high < 0)
                return false;
        }

        for (var texts = ((flags & FileName) != 0 ? 1 : 0) + ((flags & Comment) != 0 ? 1 : 0); texts > 0; texts--)
        {
            int b;
            do
                b = Next();
            while (b > 0);
            if (b < 0)
                return false;
        }

        if ((flags & HeaderChecksum) == 0)
            return true;
        var expected = (ushort)headerChecksum.GetCurrentHashAsUInt32();
        var stated = (Next(), Next());
        if (stated.Item2 < 0)
            return false;
        return stated == (expected & 0xff, expected >> 8) ? true
            : throw new InvalidDataException("A gzip header's checksum is another.");
    }

    /// <summary>The next byte of a header; -1 at the end of the input.</summary>
    private int Next()
    {
        if (start == end && !Fill())
            return -1;
        headerChecksum.Append(buffer.AsSpan(start, 1));
        return buffer[start++];
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
