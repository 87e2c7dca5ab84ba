using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Apk;

internal sealed class ApkFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)10;

    public override IReadOnlyList<string> NameEnds => ["installed", "world"];

    public override IReadOnlyList<byte[]> LinkedStarts => [[.. "C:Q1"u8]];

    public override int LinkedLimit => 16 << 20;

    public override int Limit(in LayerFile file)
    {
        if (file.IsNamed("installed"u8) && file.IsIn("lib/apk/db"u8))
            return BodyCaps.Database;
        return file.IsNamed("world"u8) && file.IsIn("etc/apk"u8) ? BodyCaps.Document : 0;
    }
}
