using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Pacman;

internal sealed class PacmanFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)12;

    public override IReadOnlyList<string> NameEnds => ["desc", "files"];

    public override IReadOnlyList<byte[]> LinkedStarts => [[.. "%NAME%"u8], [.. "%FILES%"u8]];

    public override int Limit(in LayerFile file)
    {
        var cap = file.IsNamed("desc"u8) ? BodyCaps.Document : file.IsNamed("files"u8) ? BodyCaps.List : 0;
        return cap > 0 && file.IsInOneOf("lib/pacman/local"u8) ? cap : 0;
    }
}
