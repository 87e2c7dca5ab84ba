using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Jars;

/// <summary>Java archives, of which <see cref="JarFacts"/> are kept.</summary>
internal sealed class JarFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)3;

    /// <summary>Applications with everything in one archive have 100 MB.</summary>
    private const int MaxBytes = 128 << 20;

    public override IReadOnlyList<string> NameEnds => [".jar", ".war", ".ear", ".jpi", ".hpi"];

    public override IReadOnlyList<byte[]> LinkedStarts => [[.. "PK\x03\x04"u8]];

    public override int LinkedLimit => 4 << 20;

    public override bool NotesUnreadable => true;

    public override int Limit(in LayerFile file) => file.Name.Length > 4 ? MaxBytes : 0;

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work) =>
        JarFacts.Read(buffer, length, work)?.Write();
}
