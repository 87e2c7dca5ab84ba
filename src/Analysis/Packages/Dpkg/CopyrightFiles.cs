using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Dpkg;

/// <summary>
/// Debian's copyright files, of which the names of licences are kept, as text. Without one its package is known all the
/// same.
/// </summary>
internal sealed class CopyrightFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)6;

    public override IReadOnlyList<string> NameEnds => ["copyright"];

    public override int Limit(in LayerFile file) =>
        file.IsNamed("copyright"u8) && file.IsInOneOf("usr/share/doc"u8) ? CopyrightFile.MaxBytes : 0;

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work) =>
        CopyrightFile.Read(buffer.AsSpan(0, length), work);

    public override bool NotesOmitted => false;
}
