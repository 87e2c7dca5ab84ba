using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Conda;

internal sealed class CondaFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)14;

    public override IReadOnlyList<string> FolderEnds => ["conda-meta"];

    public override int Limit(in LayerFile file) =>
        file.IsIn("conda-meta"u8) && file.Name.EndsWith(".json"u8) ? BodyCaps.List : 0;
}
