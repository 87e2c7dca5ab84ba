using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Elf;

/// <summary>Programs and libraries, whatever they are called, and the memory of programs that crashed.</summary>
internal sealed class ElfFiles : IContentRule
{
    private const int HeaderBytes = 64;

    private static readonly WantedContent Program = new(
        new CaptureForm(Kind, (_, body) => ElfFacts.Read(new ElfWindow(body.Array!, body.Count))?.Write())
        {
            Window = size => new ElfWindow(size),
        },
        ElfWindow.WholeBytes);

    private static readonly WantedContent CoreFile = new(new CaptureForm(Core, (_, _) => []), MaxBytes: 0);

    /// <summary><see cref="ElfFacts"/> of a program or library.</summary>
    public static CaptureKind Kind => new(2);

    /// <summary>Nothing: the file is the memory of a program that crashed (an ELF core file).</summary>
    public static CaptureKind Core => new(7);

    public WantedContent? Find(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> first) =>
        first.Length < HeaderBytes || !first.StartsWith("\u007fELF"u8) ? null : ElfFacts.IsCore(first) ? CoreFile : Program;
}
