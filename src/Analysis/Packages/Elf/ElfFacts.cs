using System.Buffers.Binary;
using System.IO.Compression;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Go;

namespace ImageInsight.Analysis.Packages.Elf;

/// <summary>What is kept of a program or library.</summary>
/// <param name="GoVersion">The compiler, when it was Go's.</param>
/// <param name="GoModules">Lines of path, mod, dep and build, as `go version -m` shows them.</param>
/// <param name="Crates">The JSON of cargo-auditable.</param>
/// <param name="SymbolBytes">Of the symbol tables that `strip` takes away.</param>
/// <param name="DebugBytes">Of sections that are never loaded: debug information.</param>
/// <param name="PackedBytes">Of these, what is compressed in the file and hardly gets smaller on the way.</param>
/// <param name="Libraries">The libraries that it is linked with (DT_NEEDED), none for a static one; null when that part of it was not looked at.</param>
public sealed record ElfFacts(string? GoVersion, string? GoModules, string? Crates, long SymbolBytes, long DebugBytes, long PackedBytes, IReadOnlyList<string>? Libraries)
{
    private const int MaxSections = 10_000;

    /// <summary>Chromium is linked with 60.</summary>
    private const int MaxLibraries = 1000;

    private const int MaxLibraryName = 255;

    /// <summary>cargo-auditable's own readers stop at 8 MiB.</summary>
    private const int MaxCrateBytes = 8 << 20;

    public byte[] Write() => StoredFacts.Write(writer =>
    {
        writer.Write7BitEncodedInt64(SymbolBytes);
        writer.Write7BitEncodedInt64(DebugBytes);
        writer.Write7BitEncodedInt64(PackedBytes);
        foreach (var text in (ReadOnlySpan<string?>)[GoVersion, GoModules, Crates])
        {
            writer.Write(text is not null);
            if (text is not null)
                writer.Write(text);
        }

        writer.Write7BitEncodedInt(Libraries?.Count ?? -1);
        foreach (var library in Libraries ?? [])
            writer.Write(library);
    });

    /// <returns>Null for what <see cref="Write"/> did not write.</returns>
    public static ElfFacts? Parse(byte[] bytes) => StoredFacts.Parse(bytes, reader =>
    {
        var (symbols, debug, packed) = (reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        var (version, modules, crates) = (Text(reader), Text(reader), Text(reader));
        if (reader.Read7BitEncodedInt() is var count && count < 0)
            return new ElfFacts(version, modules, crates, symbols, debug, packed, null);
        var libraries = new List<string>();
        while (libraries.Count < Math.Min(count, MaxLibraries))
            libraries.Add(reader.ReadString());
        return new ElfFacts(version, modules, crates, symbols, debug, packed, libraries);
    });

    private static string? Text(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <summary>True for the memory of a program that crashed: e_type, at 16, is ET_CORE.</summary>
    internal static bool IsCore(ReadOnlySpan<byte> header) => U16(header[16..], little: header[5] != 2) == 4;

    /// <returns>Null when there is nothing worth keeping.</returns>
    internal static ElfFacts? Read(ElfWindow file)
    {
        var go = GoBuildInfo.Read(file.BuildInfo());
        var (symbols, debug, packed, crates, libraries) = Sections(file);
        return go is null && crates is null && symbols == 0 && debug == 0 && libraries is []
            ? null
            : new ElfFacts(go?.Version, go?.Modules, crates, symbols, debug, packed, libraries);
    }

    // Elf64_Ehdr: e_shoff at 40, e_shentsize at 58, e_shnum at 60, e_shstrndx at 62. Elf64_Shdr: name 0, type 4, flags 8, offset 24, size 32, link 40.
    // Elf32_Ehdr: e_shoff at 32, e_shentsize at 46, e_shnum at 48, e_shstrndx at 50. Elf32_Shdr: name 0, type 4, flags 8, offset 16, size 20, link 24.
    private static (long Symbols, long Debug, long Packed, string? Crates, IReadOnlyList<string>? Libraries) Sections(ElfWindow file)
    {
        if (!file.TryRead(0, 64, out var header))
            return (0, 0, 0, null, []);
        var (wide, little) = (header[4] == 2, header[5] != 2);
        var start = wide ? (long)U64(header[40..], little) : U32(header[32..], little);
        var entry = U16(header[(wide ? 58 : 46)..], little);
        var count = U16(header[(wide ? 60 : 48)..], little);
        var names = U16(header[(wide ? 62 : 50)..], little);
        if (entry < (wide ? 64 : 40) || count == 0 || count > MaxSections
            || !file.TryRead(start, (long)entry * count, out var table))
            return (0, 0, 0, null, null);
        ReadOnlySpan<byte> nameTable = default;
        if (names < count)
        {
            var (offset, size) = Place(table.Slice(names * entry, entry), wide, little);
            file.TryRead(offset, size, out nameTable);
        }

        long symbols = 0;
        long debug = 0;
        long packed = 0;
        string? crates = null;
        IReadOnlyList<string>? libraries = [];
        for (var i = 0; i < count; i++)
        {
            var section = table.Slice(i * entry, entry);
            var type = U32(section[4..], little);
            // SHF_ALLOC is 2, SHF_COMPRESSED 0x800.
            var flags = wide ? U64(section[8..], little) : U32(section[8..], little);
            var loaded = (flags & 2) != 0;
            var (offset, size) = Place(section, wide, little);
            if (size < 0 || offset < 0 || size > file.Size || type == 8)
                continue;
            if (type == 2)
                symbols += size;
            else if (type == 3 && !loaded && i != names)
                symbols += size;
            else if (type == 1 && !loaded && size > 1024)
            {
                debug += size;
                if ((flags & 0x800) != 0 || StartsWith(nameTable, U32(section, little), ".zdebug"u8))
                    packed += size;
            }

            if (type == 6)
                libraries = Linked(file, section, table, entry, count, wide, little);
            if (type == 1 && IsNamed(nameTable, U32(section, little), ".dep-v0"u8) && file.TryRead(offset, size, out var json))
                crates ??= Inflate(json);
        }

        return (Math.Min(symbols, file.Size), Math.Min(debug, file.Size), Math.Min(packed, file.Size), crates, libraries);
    }

    // .dynamic is a list of (tag, value); tag 1 is DT_NEEDED, its value a place in the string table that sh_link names; tag 0 ends it.
    private static List<string>? Linked(
        ElfWindow file, ReadOnlySpan<byte> section, ReadOnlySpan<byte> table, int entry, int count, bool wide, bool little)
    {
        var names = U32(section[(wide ? 40 : 24)..], little);
        var (start, size) = Place(section, wide, little);
        if (names >= count || !file.TryRead(start, size, out var dynamic))
            return null;
        var (textStart, textSize) = Place(table.Slice((int)names * entry, entry), wide, little);
        if (!file.TryRead(textStart, textSize, out var text))
            return null;
        var found = new List<string>();
        var half = wide ? 8 : 4;
        for (var at = 0; at + (2 * half) <= dynamic.Length && found.Count < MaxLibraries; at += 2 * half)
        {
            var tag = wide ? U64(dynamic[at..], little) : U32(dynamic[at..], little);
            if (tag == 0)
                break;
            var value = wide ? U64(dynamic[(at + half)..], little) : U32(dynamic[(at + half)..], little);
            if (tag != 1 || value >= (ulong)text.Length)
                continue;
            var name = text[(int)value..];
            var end = name.IndexOf((byte)0);
            if (end is > 0 and <= MaxLibraryName)
                found.Add(System.Text.Encoding.UTF8.GetString(name[..end]));
        }

        return found;
    }

    private static (long Offset, long Size) Place(ReadOnlySpan<byte> section, bool wide, bool little) => wide
        ? ((long)U64(section[24..], little), (long)U64(section[32..], little))
        : (U32(section[16..], little), U32(section[20..], little));

    private static bool IsNamed(ReadOnlySpan<byte> names, uint at, ReadOnlySpan<byte> name) =>
        StartsWith(names, at, name) && names[(int)at..] is var rest && rest.Length > name.Length && rest[name.Length] == 0;

    private static bool StartsWith(ReadOnlySpan<byte> names, uint at, ReadOnlySpan<byte> name) => at < names.Length && names[(int)at..].StartsWith(name);

    private static string? Inflate(ReadOnlySpan<byte> packed)
    {
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            var text = CappedBytes.Read(zlib, MaxCrateBytes);
            return text is null ? null : System.Text.Encoding.UTF8.GetString(text);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static ushort U16(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    private static uint U32(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt32LittleEndian(at) : BinaryPrimitives.ReadUInt32BigEndian(at);

    private static ulong U64(ReadOnlySpan<byte> at, bool little) =>
        little ? BinaryPrimitives.ReadUInt64LittleEndian(at) : BinaryPrimitives.ReadUInt64BigEndian(at);
}
