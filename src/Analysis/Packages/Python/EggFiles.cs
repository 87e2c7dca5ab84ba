using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Jars;

namespace ImageInsight.Analysis.Packages.Python;

/// <summary>Eggs that are a zip archive, of which the metadata is kept: EGG-INFO/PKG-INFO.</summary>
internal sealed class EggFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)20;

    /// <summary>Zipped ones have only Python code; the biggest have a few MB.</summary>
    private const int MaxBytes = 32 << 20;

    public override IReadOnlyList<string> NameEnds => [".egg"];

    public override int Limit(in LayerFile file) => MaxBytes;

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work)
    {
        var zip = ZipDirectory.Open(buffer.AsMemory(0, length), work);
        while (zip?.TryNext() == true)
            if (zip.Name.SequenceEqual("EGG-INFO/PKG-INFO"u8))
                return zip.Length <= BodyCaps.Document && zip.Unpack() is { } text ? text.ToArray() : null;
        return null;
    }

    public override bool NotesUnreadable => true;
}
