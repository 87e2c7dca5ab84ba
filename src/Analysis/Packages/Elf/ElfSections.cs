using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Elf;

/// <summary>
/// What the table of sections of a program tells.
/// Elf64_Ehdr: e_shoff at 40, e_shentsize at 58, e_shnum at 60, e_shstrndx at 62.
/// Elf64_Shdr: name 0, type 4, flags 8, offset 24, size 32, link 40.
/// Elf32_Ehdr: e_shoff at 32, e_shentsize at 46, e_shnum at 48, e_shstrndx at 50.
/// Elf32_Shdr: name 0, type 4, flags 8, offset 16, size 20, link 24.
/// </summary>
internal ref struct ElfSections(ElfWindow file)
{
    /// <summary>Chromium is linked with 60.</summary>
    public const int MaxLibraries = 1000;

    private const int MaxSections = 10_000;

    private const int MaxLibraryName = 255;

    /// <summary>cargo-auditable's own readers stop at 8 MiB.</summary>
    private const int MaxCrateBytes = 8 << 20;

    private const uint Program = 1, Symbols = 2, Strings = 3, Dynamic = 6, NoBytes = 8;

    private const ulong Writable = 1, Loaded = 2, Code = 4, Compressed = 0x800;

    // Programs have one of each; more would be read again and again.
    private bool linked;
    private bool unpacked;
    private long searched;

    private bool wide;
    private bool little;
    private int entry;
    private ReadOnlySpan<byte> table;
    private ReadOnlySpan<byte> names;

    /// <summary>Of the symbol tables that `strip` takes away.</summary>
    public long SymbolBytes { get; private set; }

    /// <summary>Of sections that are never loaded.</summary>
    public long DebugBytes { get; private set; }

    /// <summary>Of these, what is compressed.</summary>
    public long PackedBytes { get; private set; }

    /// <summary>The JSON of cargo-auditable.</summary>
    public string? Crates { get; private set; }

    /// <summary>None for a file without a header or a static program; null when that part was not looked at.</summary>
    public IReadOnlyList<string>? Libraries { get; private set; } = [];

    /// <summary>Of folders where programs are built, in what is loaded and never written.</summary>
    public BuildPaths Paths { get; } = new();

    public void Read()
    {
        if (!file.TryRead(0, 64, out var header))
            return;
        (wide, little) = (header[4] == 2, header[5] != 2);
        var start = wide ? (long)U64(header[40..]) : U32(header[32..]);
        entry = U16(header[(wide ? 58 : 46)..]);
        var count = U16(header[(wide ? 60 : 48)..]);
        var namesAt = U16(header[(wide ? 62 : 50)..]);
        if (entry < (wide ? 64 : 40) || count == 0 || count > MaxSections
            || !file.TryRead(start, (long)entry * count, out table))
        {
            Libraries = null;
            return;
        }

        file.Work.Spend(table.Length);
        if (namesAt < count)
        {
            var (offset, size) = Place(Section(namesAt));
            file.TryRead(offset, size, out names);
        }

        for (var i = 0; i < count; i++)
            Add(Section(i), isNames: i == namesAt);
        SymbolBytes = Math.Min(SymbolBytes, file.Size);
        DebugBytes = Math.Min(DebugBytes, file.Size);
        PackedBytes = Math.Min(PackedBytes, file.Size);
    }

    private void Add(ReadOnlySpan<byte> section, bool isNames)
    {
        var type = U32(section[4..]);
        var flags = wide ? U64(section[8..]) : U32(section[8..]);
        var loaded = (flags & Loaded) != 0;
        var (offset, size) = Place(section);
        if (size < 0 || offset < 0 || size > file.Size || type == NoBytes)
            return;
        if (type == Symbols || (type == Strings && !loaded && !isNames))
        {
            SymbolBytes += size;
        }
        else if (type == Program && !loaded && size > 1024)
        {
            DebugBytes += size;
            if ((flags & Compressed) != 0 || NameStartsWith(section, ".zdebug"u8))
                PackedBytes += size;
        }

        // Sections may lie about their places: all of the file is searched once at most.
        if (type is Program or Strings && (flags & (Loaded | Writable | Code)) == Loaded
            && searched + size <= file.Size && file.TryRead(offset, size, out var text))
        {
            searched += size;
            Paths.Search(text, file.Work);
        }

        if (type == Dynamic && !linked)
        {
            linked = true;
            Libraries = Linked(section);
        }

        if (type == Program && !unpacked && NameStartsWith(section, ".dep-v0\0"u8)
            && file.TryRead(offset, size, out var json))
        {
            unpacked = true;
            Crates = Inflate(json, file.Work);
        }
    }

    // .dynamic is a list of (tag, value); tag 1 is DT_NEEDED, its value a place in the string table that sh_link names;
    // tag 0 ends it.
    private readonly List<string>? Linked(ReadOnlySpan<byte> section)
    {
        var strings = U32(section[(wide ? 40 : 24)..]);
        var (start, size) = Place(section);
        if (strings >= table.Length / entry || !file.TryRead(start, size, out var dynamic))
            return null;
        var (textStart, textSize) = Place(Section((int)strings));
        if (!file.TryRead(textStart, textSize, out var text))
            return null;
        var found = new List<string>();
        var half = wide ? 8 : 4;
        file.Work.Spend(dynamic.Length);
        for (var at = 0; at + (2 * half) <= dynamic.Length && found.Count < MaxLibraries; at += 2 * half)
        {
            var tag = wide ? U64(dynamic[at..]) : U32(dynamic[at..]);
            if (tag == 0)
                break;
            var value = wide ? U64(dynamic[(at + half)..]) : U32(dynamic[(at + half)..]);
            if (tag != 1 || value >= (ulong)text.Length)
                continue;
            var name = text[(int)value..];
            name = name[..Math.Min(name.Length, MaxLibraryName + 1)];
            var end = name.IndexOf((byte)0);
            if (end > 0)
                found.Add(Encoding.UTF8.GetString(name[..end]));
        }

        return found;
    }

    private static string? Inflate(ReadOnlySpan<byte> packed, WorkBudget work)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var text = CappedBytes.Read(zlib, MaxCrateBytes, work);
            return text is null ? null : Encoding.UTF8.GetString(text);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private readonly ReadOnlySpan<byte> Section(int index) => table.Slice(index * entry, entry);

    private readonly (long Offset, long Size) Place(ReadOnlySpan<byte> section) => wide
        ? ((long)U64(section[24..]), (long)U64(section[32..]))
        : (U32(section[16..]), U32(section[20..]));

    private readonly bool NameStartsWith(ReadOnlySpan<byte> section, ReadOnlySpan<byte> name) =>
        U32(section) is var at && at < names.Length && names[(int)at..].StartsWith(name);

    private readonly ushort U16(ReadOnlySpan<byte> at) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private readonly uint U32(ReadOnlySpan<byte> at) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    private readonly ulong U64(ReadOnlySpan<byte> at) =>
        little ? BinaryPrimitives.ReadUInt64LittleEndian(at) : BinaryPrimitives.ReadUInt64BigEndian(at);
}
