using System.Buffers.Binary;
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
/// <param name="Libraries">The libraries that it is linked with (DT_NEEDED), none for a static one; null when that part
/// of it was not looked at.</param>
public sealed record ElfFacts(
    string? GoVersion, string? GoModules, string? Crates, long SymbolBytes, long DebugBytes, long PackedBytes,
    IReadOnlyList<string>? Libraries)
{
    /// <summary>Paths in its strings that lie where programs are built.</summary>
    public IReadOnlyCollection<string> BuildPaths { get; init; } = [];

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
        writer.Write7BitEncodedInt(BuildPaths.Count);
        foreach (var path in BuildPaths)
            writer.Write(path);
    });

    /// <returns>Null for what <see cref="Write"/> did not write.</returns>
    public static ElfFacts? Parse(byte[] bytes) => StoredFacts.Parse(bytes, reader =>
    {
        var (symbols, debug, packed) =
            (reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        var (version, modules, crates) = (Text(reader), Text(reader), Text(reader));
        var libraries = Strings(reader, ElfSections.MaxLibraries);
        return new ElfFacts(version, modules, crates, symbols, debug, packed, libraries)
        {
            BuildPaths = Strings(reader, Elf.BuildPaths.MostPaths) ?? [],
        };
    });

    private static List<string>? Strings(BinaryReader reader, int most)
    {
        if (reader.Read7BitEncodedInt() is var count && count < 0)
            return null;
        var strings = new List<string>();
        while (strings.Count < Math.Min(count, most))
            strings.Add(reader.ReadString());
        return strings;
    }

    private static string? Text(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <summary>True for the memory of a program that crashed: e_type, at 16, is ET_CORE.</summary>
    internal static bool IsCore(ReadOnlySpan<byte> header) =>
        4 == (header[5] != 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(header[16..])
            : BinaryPrimitives.ReadUInt16BigEndian(header[16..]));

    /// <returns>Null when there is nothing worth keeping.</returns>
    internal static ElfFacts? Read(ElfWindow file)
    {
        var go = GoBuildInfo.Read(file.BuildInfo());
        var sections = new ElfSections(file);
        sections.Read();
        return go is null && sections.Paths.All.Count == 0
            && sections is { Crates: null, SymbolBytes: 0, DebugBytes: 0, Libraries: [] }
            ? null
            : new ElfFacts(
                go?.Version, go?.Modules, sections.Crates,
                sections.SymbolBytes, sections.DebugBytes, sections.PackedBytes, sections.Libraries)
            {
                BuildPaths = sections.Paths.All,
            };
    }
}
