using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages;

/// <summary>What <see cref="Distribution"/> reads.</summary>
internal sealed class OsReleaseFile() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)8;

    public override IReadOnlyList<string> NameEnds => ["os-release"];

    public override IReadOnlyList<byte[]> LinkedStarts =>
        [[.. "NAME="u8], [.. "PRETTY_NAME="u8], [.. "ID="u8]];

    public override int LinkedLimit => 16 << 10;

    public override int Limit(in LayerFile file) =>
        file.IsNamed("os-release"u8) && (file.IsIn("etc"u8) || file.IsIn("usr/lib"u8)) ? BodyCaps.Document : 0;
}
