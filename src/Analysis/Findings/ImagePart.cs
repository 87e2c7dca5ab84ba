using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Findings;

/// <summary>
/// Whose part of an image is looked at. What is of the base and what is yours is all, each byte and each finding once.
/// </summary>
public enum ImagePart : byte
{
    All = 0,

    /// <summary>The layers that came with FROM.</summary>
    Base = 1,

    /// <summary>The layers above.</summary>
    Yours = 2,
}

public static class ImageParts
{
    public static bool TryParse(string? text, out ImagePart part) =>
        Enum.TryParse(text, ignoreCase: true, out part) && Enum.IsDefined(part) && !char.IsAsciiDigit(text![0]);

    public static bool HasLayer(this ImagePart part, BaseImage itsBase, int layer) =>
        part == ImagePart.All || (part == ImagePart.Base) == itsBase.Has(layer);

    /// <summary>
    /// The base's is what lies in its layers alone: with one byte above them, a change of this Dockerfile helps.
    /// </summary>
    public static bool HasFinding(this ImagePart part, BaseImage itsBase, Finding finding) =>
        part == ImagePart.All
        || (part == ImagePart.Base) == (finding.Bodies.Layers.Count > 0
            ? finding.Bodies.Layers.All(l => itsBase.Has(l.Layer))
            : itsBase.Has(finding.Layer));

    /// <summary>The final file system, or the part of it that that part's layers brought.</summary>
    public static FileView View(this ImagePart part, FileTree tree, BaseImage itsBase) => part switch
    {
        ImagePart.Base => FileView.FinalOf(tree, 0, itsBase.Layers),
        ImagePart.Yours => FileView.FinalOf(tree, itsBase.Layers, tree.Layers.Count),
        _ => FileView.Final(tree),
    };
}
