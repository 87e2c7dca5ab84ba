using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Elf;

/// <summary>The memory of programs that crashed (ELF core files): that it is one is all that is kept.</summary>
internal sealed class CoreFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)7;

    public override IReadOnlyList<byte[]> BodyStarts => [[.. ElfFiles.Magic]];

    /// <summary>Less than any of them has: nothing of a body is held.</summary>
    public override int Limit(in LayerFile file) => ElfFiles.IsProgram(file) && ElfFacts.IsCore(file.Start) ? 1 : 0;

    public override IBodyWindow OpenWindow(long size, WorkBudget work) => new Window(work);

    private sealed class Window(WorkBudget work) : IBodyWindow
    {
        public void Append(ReadOnlySpan<byte> piece) => work.Spend((piece.Length / BytesPerStep) + 1);

        public byte[] Keep() => [];
    }
}
