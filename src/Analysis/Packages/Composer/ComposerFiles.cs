using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Packages.Composer;

/// <summary>
/// The list of what is installed, and an application's own manifest: what is installed has one in its own folder below.
/// </summary>
internal sealed class ComposerFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)18;

    public override IReadOnlyList<string> NameEnds => ["composer.json", "installed.json"];

    public override int Limit(in LayerFile file)
    {
        if (file.IsNamed("installed.json"u8) && file.IsIn("composer"u8))
            return BodyCaps.List;
        return file.IsNamed("composer.json"u8) && file.Folder.IndexOf("vendor/"u8) < 0 ? BodyCaps.Document : 0;
    }
}
