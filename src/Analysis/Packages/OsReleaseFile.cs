using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages;

/// <summary>What <see cref="Distribution"/> reads.</summary>
internal sealed class OsReleaseFile() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)8;

    public override IReadOnlyList<string> NameEnds => ["os-release"];

    public override int Limit(in LayerFile file) =>
        file.IsNamed("os-release"u8) && (file.IsIn("etc"u8) || file.IsIn("usr/lib"u8)) ? BodyCaps.Document : 0;
}
