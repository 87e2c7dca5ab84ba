using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>The list that images without rpm have (Azure Linux' distroless ones).</summary>
internal sealed class RpmManifestFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)11;

    public override IReadOnlyList<string> NameEnds => ["container-manifest-2"];

    public override int Limit(in LayerFile file) =>
        file.IsNamed("container-manifest-2"u8) && file.IsIn("rpmmanifest"u8) ? BodyCaps.Database : 0;
}
