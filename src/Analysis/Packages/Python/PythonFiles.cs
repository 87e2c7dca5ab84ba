using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Python;

internal sealed class PythonFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)16;

    public override IReadOnlyList<string> NameEnds =>
        ["METADATA", "RECORD", "PKG-INFO", ".egg-info", "installed-files.txt", "top_level.txt"];

    public override IReadOnlyList<byte[]> LinkedStarts => [[.. "Metadata-Version:"u8]];

    public override int Limit(in LayerFile file)
    {
        if (file.Name.EndsWith(".egg-info"u8))
            return BodyCaps.Document;
        if (file.Folder.EndsWith(".dist-info"u8))
            return file.IsNamed("METADATA"u8) ? BodyCaps.Document : file.IsNamed("RECORD"u8) ? BodyCaps.List : 0;
        var inEggInfo = file.Folder.EndsWith(".egg-info"u8);
        if (file.IsNamed("PKG-INFO"u8) && (inEggInfo || file.Folder.EndsWith("EGG-INFO"u8)))
            return BodyCaps.Document;
        return inEggInfo && (file.IsNamed("installed-files.txt"u8) || file.IsNamed("top_level.txt"u8))
            ? BodyCaps.List
            : 0;
    }
}
