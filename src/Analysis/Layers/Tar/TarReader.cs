using System.IO.Hashing;

namespace ImageInsight.Analysis.Layers.Tar;

/// <summary>
/// Reads the records of a tar one after the other: v7, ustar, PAX, GNU and star. Strict about sizes, because a wrong
/// one makes everything behind it wrong; lenient about oddities, because real layers have them.
/// </summary>
internal sealed class TarReader(ITarInput input, AnalysisOptions options)
{
    public const int BlockSize = TarBlock.Size;

    /// <summary>
    /// Writers put one at the head of the archive; they are noted, so that something has to end them.
    /// </summary>
    private const int MaxGlobals = 1000;

    private readonly PaxRecords global = new();
    private readonly PaxRecords local = new();
    private readonly List<(long Start, long End)> globals = [];
    private byte[]? longName;
    private byte[]? longLink;
    private long bodyLeft;
    private long padding;
    private long doubtful;
    private bool ended;

    public TarEntry Entry { get; } = new();

    /// <summary>What global headers have said so far, which holds for all records behind them.</summary>
    public IReadOnlyCollection<string> GlobalKeys => global.Keys;

    /// <summary>Where global headers stand among those of the current record.</summary>
    public IReadOnlyList<(long Start, long End)> Globals => globals;

    /// <summary>The next record, or false at the end of the archive.</summary>
    public bool MoveNext()
    {
        if (ended)
            return false;
        SkipBody();
        var start = input.Position;
        globals.Clear();
        while (true)
        {
            var offset = input.Position;
            var header = input.PeekBlock();
            if (header.Length == 0)
                return End();
            if (header.Length < BlockSize)
                throw Truncated(offset, "a header");
            if (TarBlock.IsZero(header))
            {
                // Behind a link that states a size these zeros may be its body as well as the end.
                if (doubtful == 0 || !input.Skip(doubtful))
                    return End();
                doubtful = 0;
                continue;
            }

            CheckSum(header, offset);
            doubtful = 0;
            var type = header[156];
            if (!TarNumber.TryParse(header.Slice(124, 12), out var size) || size < 0)
                throw Bad(offset, "its size is not a number that a tar can have");
            if (TryReadExtension(type, size, offset))
                continue;
            ReadHeader(header, type, size, offset);
            Entry.Start = start;
            Consume();
            FinishEntry(header: offset);
            return true;
        }
    }

    /// <summary>False for a record of its own; the others say something about the one that follows.</summary>
    private bool TryReadExtension(byte type, long size, long offset)
    {
        switch (type)
        {
            case (byte)'L':
                Consume();
                longName = TarBlock.UpToNul(ReadExtension(size, offset)).ToArray();
                return true;
            case (byte)'K':
                Consume();
                longLink = TarBlock.UpToNul(ReadExtension(size, offset)).ToArray();
                return true;
            case (byte)'x' or (byte)'X':
                Consume();
                // The last extended header before a file is the one that counts.
                local.Clear();
                if (!local.TryRead(ReadExtension(size, offset)))
                    throw Bad(offset, "its PAX records are malformed");
                return true;
            case (byte)'g':
                Consume();
                if (!global.TryRead(ReadExtension(size, offset)))
                    throw Bad(offset, "its PAX records are malformed");
                if (global.HeldBytes > options.MaxExtensionBytes)
                    throw Caps.Exceeded(
                        $"The global headers up to offset {offset} hold more than {options.MaxExtensionBytes} bytes",
                        nameof(options.MaxExtensionBytes));
                NoteGlobal(offset);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The next piece of the body as stored, empty at its end.</summary>
    public ReadOnlySpan<byte> ReadBody()
    {
        if (bodyLeft == 0)
            return default;
        var piece = input.Take(bodyLeft);
        if (piece.Length == 0)
            throw Truncated(input.Position, "the body of " + Quote(Entry.Name));
        bodyLeft -= piece.Length;
        return piece;
    }

    /// <summary>Offset of the current record's body, while nothing of it has been read.</summary>
    public long BodyStart => input.Position;

    /// <summary>
    /// Offset behind the current record's body and padding; the input must have reached the body's end.
    /// </summary>
    public long EndOfEntry => input.Position + bodyLeft + padding;

    private void SkipBody()
    {
        if (bodyLeft > 0 && !input.Skip(bodyLeft))
            throw Truncated(input.Position, "the body of " + Quote(Entry.Name));
        bodyLeft = 0;
        if (padding > 0)
        {
            // Padding that is missing at the very end of the input costs nothing.
            input.Skip(padding);
            padding = 0;
        }
    }

    private bool End()
    {
        ended = true;
        return false;
    }

    private void NoteGlobal(long offset)
    {
        if (globals.Count > 0 && globals[^1].End == offset)
            globals[^1] = (globals[^1].Start, input.Position);
        else if (globals.Count == MaxGlobals)
            throw Bad(offset, $"more than {MaxGlobals} global headers stand among its own");
        else
            globals.Add((offset, input.Position));
    }

    private void Consume() => input.Skip(BlockSize);

    private void ReadHeader(ReadOnlySpan<byte> header, byte type, long size, long offset)
    {
        var ustar = header.Slice(257, 6).SequenceEqual("ustar\0"u8);
        var name = TarBlock.UpToNul(header[..100]);
        var prefix = ustar
            ? TarBlock.UpToNul(header.Slice(345, header.Slice(508, 4).SequenceEqual("tar\0"u8) ? 131 : 155))
            : default;
        if (prefix.Length > 0)
            Entry.SetName(prefix, name);
        else
            Entry.SetName(name);
        Entry.SetLinkName(TarBlock.UpToNul(header.Slice(157, 100)));
        Entry.TypeFlag = type;
        Entry.StoredSize = Entry.Size = size;
        Entry.Mode = (int)(TarBlock.NumberOrZero(header.Slice(100, 8)) & 0xfff);
        Entry.Uid = TarBlock.NumberOrZero(header.Slice(108, 8));
        Entry.Gid = TarBlock.NumberOrZero(header.Slice(116, 8));
        Entry.Mtime = TarBlock.NumberOrZero(header.Slice(136, 12));
        Entry.DeviceMajor = TarBlock.Device(TarBlock.NumberOrZero(header.Slice(329, 8)));
        Entry.DeviceMinor = TarBlock.Device(TarBlock.NumberOrZero(header.Slice(337, 8)));
        Entry.Sparse = false;
        Entry.SparseMapHash = 0;
        if (type == (byte)'S')
        {
            Entry.Sparse = true;
            if (!TarNumber.TryParse(header.Slice(483, 12), out var real) || real < 0)
                throw Bad(offset, "its real size is not a number that a tar can have");
            Entry.Size = real;
        }
    }

    private void FinishEntry(long header)
    {
        var hasOldSparseMap = Entry.TypeFlag == (byte)'S';
        if (longName is not null)
            Entry.SetName(longName);
        if (longLink is not null)
            Entry.SetLinkName(longLink);
        ApplyPax(header);
        longName = longLink = null;
        if (hasOldSparseMap)
            SkipOldSparseMap(header);
        // Some writers mark a directory only by the slash.
        Entry.Kind = TarBlock.KindOf(Entry.TypeFlag);
        if (Entry.Kind == EntryKind.File && !Entry.Sparse && Entry.Name.EndsWith("/"u8))
            Entry.Kind = EntryKind.Directory;
        if (Entry.Name.Contains((byte)0) || Entry.LinkName.Contains((byte)0))
            throw Bad(header, "its name holds a NUL byte");
        if (Entry.Kind is EntryKind.HardLink or EntryKind.Symlink or EntryKind.Directory
                or EntryKind.CharDevice or EntryKind.BlockDevice or EntryKind.Fifo
            && Entry.StoredSize > 0 && Entry.TypeFlag != (byte)'D' && BodyIsAbsent(out var atZeros))
        {
            doubtful = atZeros ? Entry.StoredSize + Padding(Entry.StoredSize) : 0;
            Entry.StoredSize = 0;
        }

        bodyLeft = Entry.StoredSize;
        padding = Padding(Entry.StoredSize);
        // A GNU D lists its directory in its body, and other readers show that as its size.
        if (Entry.Kind is not (EntryKind.File or EntryKind.Other) && Entry.TypeFlag != (byte)'D')
            Entry.Size = 0;
        local.Clear();
    }

    /// <summary>
    /// A link's size is what its target has; most writers attach no data to it, a few do. What follows tells: a header
    /// or the end of the archive means that there is none.
    /// </summary>
    private bool BodyIsAbsent(out bool atZeros)
    {
        var next = input.PeekBlock();
        atZeros = next.Length == BlockSize && TarBlock.IsZero(next);
        return next.Length < BlockSize || atZeros || TarBlock.HasValidSum(next);
    }

    private static long Padding(long size) => (BlockSize - (size % BlockSize)) % BlockSize;

    private void ApplyPax(long header)
    {
        if (local.IsEmpty && global.IsEmpty)
        {
            Entry.XattrHash = 0;
            return;
        }

        if (TryGet("path", out var value))
            Entry.SetName(value);
        if (TryGet("linkpath", out value))
            Entry.SetLinkName(value);
        if (TryGet("size", out value))
        {
            var size = PaxNumber(value, header, "size");
            if (Entry.TypeFlag != (byte)'S')
                Entry.Size = size;
            Entry.StoredSize = size;
        }

        // A wrong one of these costs nothing but itself; the header's stands.
        if (TryGet("uid", out value) && TarNumber.TryParseDecimal(value, out var number))
            Entry.Uid = number;
        if (TryGet("gid", out value) && TarNumber.TryParseDecimal(value, out number))
            Entry.Gid = number;
        // Like GNU tar and libarchive: the number it begins with.
        if (TryGet("mtime", out value)
            && TarNumber.TryParseDecimal(value.AsSpan()[..TarNumber.DecimalLength(value)], out number))
            Entry.Mtime = number;
        if (TryGet("SCHILY.devmajor", out value) && TarNumber.TryParseDecimal(value, out number))
            Entry.DeviceMajor = TarBlock.Device(number);
        if (TryGet("SCHILY.devminor", out value) && TarNumber.TryParseDecimal(value, out number))
            Entry.DeviceMinor = TarBlock.Device(number);
        Entry.XattrHash = local.XattrHash(global);
        ApplyPaxSparse(header);
    }

    private void ApplyPaxSparse(long header)
    {
        if (Entry.TypeFlag == (byte)'S' || TarBlock.KindOf(Entry.TypeFlag) != EntryKind.File)
            return;
        if (TryGet("GNU.sparse.name", out var value))
            Entry.SetName(value);
        // star's is of one file: a global one that says the size of every file is not believed.
        string key;
        if (!TryGet(key = "GNU.sparse.realsize", out value) && !TryGet(key = "GNU.sparse.size", out value)
            && !(local.TryGet(key = "SCHILY.realsize", out value) && value.Length > 0))
            return;
        Entry.Sparse = true;
        Entry.Size = PaxNumber(value, header, key);
        // Format 1.0 keeps the map at the head of the body, where the content hash covers it.
        if (TryGet("GNU.sparse.map", out value))
            Entry.SparseMapHash = XxHash64.HashToUInt64(value);
        else if (local.RepeatedSparseMap is { } map)
            Entry.SparseMapHash = XxHash64.HashToUInt64(System.Text.Encoding.Latin1.GetBytes(map));
    }

    private void SkipOldSparseMap(long header)
    {
        // The header has 4 of the map's pairs and says whether blocks of 21 more follow. It has been taken already,
        // so its facts were noted by CheckSum.
        var hash = new XxHash64();
        hash.Append(oldSparse.AsSpan(0, 96));
        var more = oldSparse[96] != 0;
        for (var i = 0; more; i++)
        {
            if (i == options.MaxSparseBlocks)
                throw Caps.Exceeded(
                    $"The tar record at offset {header} has a sparse map of more than {options.MaxSparseBlocks} blocks",
                    nameof(options.MaxSparseBlocks));
            var block = input.PeekBlock();
            if (block.Length < BlockSize)
                throw Truncated(input.Position, "a sparse map");
            hash.Append(block[..504]);
            more = block[504] != 0;
            Consume();
        }

        Entry.SparseMapHash = hash.GetCurrentHashAsUInt64();
    }

    private readonly byte[] oldSparse = new byte[97];

    private bool TryGet(string key, out byte[] value) =>
        // An empty record takes a global one back.
        (local.TryGet(key, out value) || global.TryGet(key, out value)) && value.Length > 0;

    private static long PaxNumber(byte[] value, long header, string key) =>
        TarNumber.TryParseDecimal(value, out var number) && number >= 0
            ? number
            : throw Bad(header, $"its PAX record '{key}' is not a number");

    private ReadOnlySpan<byte> ReadExtension(long size, long offset)
    {
        if (size > options.MaxExtensionBytes)
            throw Caps.Exceeded(
                $"The extended header at offset {offset} has {size} bytes, more than {options.MaxExtensionBytes}",
                nameof(options.MaxExtensionBytes));
        var body = new byte[size];
        var filled = 0;
        while (filled < size)
        {
            var piece = input.Take(size - filled);
            if (piece.Length == 0)
                throw Truncated(input.Position, "an extension header");
            piece.CopyTo(body.AsSpan(filled));
            filled += piece.Length;
        }

        input.Skip(Padding(size));
        return body;
    }

    private void CheckSum(ReadOnlySpan<byte> header, long offset)
    {
        if (!TarBlock.HasValidSum(header))
            throw Bad(offset, "its checksum does not match");
        if (header[156] == (byte)'S')
        {
            header.Slice(386, 96).CopyTo(oldSparse);
            oldSparse[96] = header[482];
        }
    }

    private static string Quote(ReadOnlySpan<byte> name) => $"'{PathText.FromName(name)}'";

    private static ImageException Bad(long offset, string what) =>
        new(ImageErrors.LayerInvalid, $"The tar record at offset {offset} is invalid: {what}.");

    private static ImageException Truncated(long offset, string what) =>
        new(ImageErrors.Truncated, $"The tar ends at offset {offset}, in the middle of {what}.");
}
