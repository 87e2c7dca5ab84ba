using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Gems;

internal sealed class GemFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)17;

    public override IReadOnlyList<string> NameEnds => [".gemspec"];

    public override IReadOnlyList<byte[]> LinkedStarts =>
        [[.. "# -*- encoding"u8], [.. "# stub: "u8], [.. "Gem::Specification"u8]];

    public override int Limit(in LayerFile file) =>
        file.Folder.IndexOf("specifications"u8) >= 0 ? BodyCaps.Document : 0;
}
