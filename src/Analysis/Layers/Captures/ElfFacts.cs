using System.Buffers.Binary;
using System.IO.Compression;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>What is kept of a program or library.</summary>
/// <param name="GoVersion">The compiler, when it was Go's.</param>
/// <param name="GoModules">Lines of path, mod, dep and build, as `go version -m` shows them.</param>
/// <param name="Crates">The JSON of cargo-auditable.</param>
/// <param name="SymbolBytes">Of the symbol tables that `strip` takes away.</param>
/// <param name="DebugBytes">Of sections that are never loaded: debug information.</param>
public sealed record ElfFacts(string? GoVersion, string? GoModules, string? Crates, long SymbolBytes, long DebugBytes)
{
    private const int MaxSections = 10_000;

    /// <summary>cargo-auditable's own readers stop at 8 MiB.</summary>
    private const int MaxCrateBytes = 8 << 20;

    public byte[] Write() => StoredFacts.Write(writer =>
    {
        writer.Write7BitEncodedInt64(SymbolBytes);
        writer.Write7BitEncodedInt64(DebugBytes);
        foreach (var text in (ReadOnlySpan<string?>)[GoVersion, GoModules, Crates])
        {
            writer.Write(text is not null);
            if (text is not null)
                writer.Write(text);
        }
    });

    /// <returns>Null for what <see cref="Write"/> did not write.</returns>
    public static ElfFacts? Parse(byte[] bytes) => StoredFacts.Parse(bytes, reader =>
    {
        var (symbols, debug) = (reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        return new ElfFacts(Text(reader), Text(reader), Text(reader), symbols, debug);
    });

    private static string? Text(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <returns>Null when there is nothing worth keeping.</returns>
    internal static ElfFacts? Read(ElfWindow file)
    {
        var go = GoBuildInfo.Read(file.BuildInfo());
        var (symbols, debug, crates) = Sections(file);
        return go is null && crates is null && symbols == 0 && debug == 0
            ? null
            : new ElfFacts(go?.Version, go?.Modules, crates, symbols, debug);
    }

    // Elf64_Ehdr: e_shoff at 40, e_shentsize at 58, e_shnum at 60, e_shstrndx at 62. Elf64_Shdr: name 0, type 4, flags 8, offset 24, size 32, link 40.
    // Elf32_Ehdr: e_shoff at 32, e_shentsize at 46, e_shnum at 48, e_shstrndx at 50. Elf32_Shdr: name 0, type 4, flags 8, offset 16, size 20, link 24.
    private static (long Symbols, long Debug, string? Crates) Sections(ElfWindow file)
    {
        if (!file.TryRead(0, 64, out var header))
            return default;
        var (wide, little) = (header[4] == 2, header[5] != 2);
        var start = wide ? (long)U64(header[40..], little) : U32(header[32..], little);
        var entry = U16(header[(wide ? 58 : 46)..], little);
        var count = U16(header[(wide ? 60 : 48)..], little);
        var names = U16(header[(wide ? 62 : 50)..], little);
        if (entry < (wide ? 64 : 40) || count == 0 || count > MaxSections
            || !file.TryRead(start, (long)entry * count, out var table))
            return default;
        ReadOnlySpan<byte> nameTable = default;
        if (names < count)
        {
            var (offset, size) = Place(table.Slice(names * entry, entry), wide, little);
            file.TryRead(offset, size, out nameTable);
        }

        long symbols = 0;
        long debug = 0;
        string? crates = null;
        for (var i = 0; i < count; i++)
        {
            var section = table.Slice(i * entry, entry);
            var type = U32(section[4..], little);
            var loaded = (U32(section[8..], little) & 2) != 0 || (!little && wide && (U32(section[12..], little) & 2) != 0);
            var (offset, size) = Place(section, wide, little);
            if (size < 0 || offset < 0 || size > file.Size || type == 8)
                continue;
            if (type == 2)
                symbols += size;
            else if (type == 3 && !loaded && i != names)
                symbols += size;
            else if (type == 1 && !loaded && size > 1024)
                debug += size;
            if (type == 1 && IsNamed(nameTable, U32(section, little), ".dep-v0"u8) && file.TryRead(offset, size, out var packed))
                crates ??= Inflate(packed);
        }

        return (Math.Min(symbols, file.Size), Math.Min(debug, file.Size), crates);
    }

    private static (long Offset, long Size) Place(ReadOnlySpan<byte> section, bool wide, bool little) => wide
        ? ((long)U64(section[24..], little), (long)U64(section[32..], little))
        : (U32(section[16..], little), U32(section[20..], little));

    private static bool IsNamed(ReadOnlySpan<byte> names, uint at, ReadOnlySpan<byte> name) =>
        at < names.Length && names[(int)at..] is var rest && rest.Length > name.Length && rest.StartsWith(name) && rest[name.Length] == 0;

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
