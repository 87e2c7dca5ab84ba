using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Opkg;

internal sealed class OpkgFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)13;

    public override IReadOnlyList<string> NameEnds => ["status", ".list"];

    public override int Limit(in LayerFile file)
    {
        if (file.IsNamed("status"u8) && file.IsIn("lib/opkg"u8))
            return BodyCaps.Database;
        return file.IsIn("lib/opkg/info"u8) && file.Name.EndsWith(".list"u8) ? BodyCaps.List : 0;
    }
}
