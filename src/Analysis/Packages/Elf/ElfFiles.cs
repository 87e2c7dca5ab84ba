using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Elf;

/// <summary>Programs and libraries, of which <see cref="ElfFacts"/> are kept.</summary>
internal sealed class ElfFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)2;

    /// <summary>Of a file header (Elf64_Ehdr).</summary>
    private const int HeaderBytes = 64;

    public static ReadOnlySpan<byte> Magic => "\u007fELF"u8;

    public override IReadOnlyList<byte[]> BodyStarts => [[.. Magic]];

    public override int Limit(in LayerFile file) => IsProgram(file) ? ElfWindow.WholeBytes : 0;

    /// <summary>With a whole header, for all readers of it.</summary>
    public static bool IsProgram(in LayerFile file) => file.Start.Length >= HeaderBytes && file.Start.StartsWith(Magic);

    public override IBodyWindow OpenWindow(long size, WorkBudget work) => new ElfWindow(size, work);

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work) =>
        new ElfWindow(buffer, length, work).Keep();
}
