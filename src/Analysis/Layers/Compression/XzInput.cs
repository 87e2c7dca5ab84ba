using System.Buffers.Binary;
using SharpCompress.Compressors.Xz;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// Unpacks xz. The blocks are SharpCompress's; the container around them is read here, because its own reader ends
/// after the first of several streams and takes any dictionary size.
/// </summary>
/// <remarks>The .xz File Format 1.2.0: https://tukaani.org/xz/xz-file-format.txt</remarks>
internal sealed class XzInput(Stream input, AnalysisOptions options, WorkBudget work) : ReadOnlyStream
{
    private const int HeaderBytes = 12;

    private const int Lzma2 = 0x21;

    /// <summary>Of a dictionary that is made; blocks that are worth a big one are rare.</summary>
    private const int BytesAStep = 16;

    /// <summary>Of a decoder, whatever its dictionary.</summary>
    private const int BlockSteps = 1000;

    // x86, PowerPC, IA-64, ARM, ARM Thumb, SPARC (5.3.2). Delta is 3, ARM64 is 10.
    private const int FirstBranchFilter = 4;
    private const int LastBranchFilter = 9;

    /// <summary>Bytes of the check at the end of each block, by its type (2.1.1.2).</summary>
    private static readonly int[] CheckBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

    /// <summary>Read byte by byte.</summary>
    private readonly BufferedStream source = new(input, 8 << 10);

    private XZBlock? block;
    private int checkType = -1;
    private bool ended;

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (!ended)
        {
            if (block is null && !NextBlock())
                break;
            var read = block!.Read(buffer, offset, count);
            if (read > 0)
                return read;
            block = null;
        }

        return 0;
    }

    private bool NextBlock()
    {
        while (true)
        {
            if (checkType < 0 && !ReadStreamHeader())
            {
                ended = true;
                return false;
            }

            var size = ReadByteOrThrow();
            if (size == 0)
            {
                SkipIndexAndFooter();
                checkType = -1;
                continue;
            }

            var header = new byte[(size + 1) * 4];
            header[0] = (byte)size;
            source.ReadExactly(header.AsSpan(1));
            work.Spend(BlockSteps + (CheckFilters(header) / BytesAStep));
            block = new XZBlock(new PrefixedStream(header, source), (CheckType)checkType, CheckBytes[checkType]);
            return true;
        }
    }

    /// <summary>False at the end of the input. Between streams there may be zeros (2.2).</summary>
    private bool ReadStreamHeader()
    {
        int first;
        do
            first = source.ReadByte();
        while (first == 0);
        if (first < 0)
            return false;
        Span<byte> rest = stackalloc byte[HeaderBytes - 1];
        source.ReadExactly(rest);
        if (first != 0xfd || !rest.StartsWith("7zXZ\0"u8) || rest[5] != 0 || rest[6] >= CheckBytes.Length)
            throw new InvalidDataException("an xz stream does not begin as one.");
        checkType = rest[6];
        return true;
    }

    /// <summary>
    /// 3.1: size, flags, sizes when stated, then the filters; LZMA2's only property is its dictionary (5.3.1).
    /// </summary>
    /// <returns>Bytes of the dictionary that the block's decoder makes.</returns>
    private long CheckFilters(byte[] header)
    {
        long dictionary = 0;
        var at = 2;
        if ((header[1] & 0x40) != 0)
            Varint(header, ref at);
        if ((header[1] & 0x80) != 0)
            Varint(header, ref at);
        for (var filter = 0; filter <= (header[1] & 3); filter++)
        {
            var id = Varint(header, ref at);
            var length = Varint(header, ref at);
            if (length < 0 || length > header.Length - at)
                throw new InvalidDataException("an xz block header is damaged.");
            if (id is not (Lzma2 or (>= FirstBranchFilter and <= LastBranchFilter)))
                throw new ImageException(
                    ImageErrors.Unsupported,
                    $"An xz block uses filter {id}, which is not read. Compress it again without (xz -6).");
            if (id == Lzma2 && length == 1)
                dictionary = DictionaryBytes(header[at]);
            if (dictionary > options.MaxWindowBytes)
                throw Caps.Exceeded(
                    $"The xz block asks for a dictionary of more than {options.MaxWindowBytes} bytes of memory",
                    nameof(options.MaxWindowBytes));
            at += (int)length;
        }

        return dictionary;
    }

    private static long DictionaryBytes(byte coded) =>
        coded > 40 ? long.MaxValue : (2L | (coded & 1)) << ((coded / 2) + 11);

    /// <summary>
    /// 4: records of two numbers, padding to four bytes, a CRC32; then the stream's footer of twelve bytes.
    /// </summary>
    private void SkipIndexAndFooter()
    {
        long taken = 1;
        var records = SourceVarint(ref taken);
        for (long i = 0; i < records; i++)
        {
            SourceVarint(ref taken);
            SourceVarint(ref taken);
        }

        Span<byte> rest = stackalloc byte[3 + 4 + HeaderBytes];
        rest = rest[..((int)((4 - (taken % 4)) % 4) + 4 + HeaderBytes)];
        source.ReadExactly(rest);
        if (BinaryPrimitives.ReadUInt16LittleEndian(rest[^2..]) != 0x5a59)
            throw new InvalidDataException("an xz stream has no footer.");
    }

    private long SourceVarint(ref long taken)
    {
        long value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var b = ReadByteOrThrow();
            taken++;
            value |= (long)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw new InvalidDataException("a number in the xz index is too long.");
    }

    private static long Varint(byte[] bytes, ref int at)
    {
        long value = 0;
        for (var shift = 0; shift < 63 && at < bytes.Length; shift += 7)
        {
            var b = bytes[at++];
            value |= (long)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw new InvalidDataException("an xz block header is damaged.");
    }

    private int ReadByteOrThrow() =>
        source.ReadByte() is var b and >= 0 ? b : throw new EndOfStreamException("the xz stream ends early.");
}
