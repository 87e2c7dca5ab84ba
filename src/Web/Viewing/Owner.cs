using ImageInsight.Analysis.Bases;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;

namespace ImageInsight.Web.Viewing;

/// <summary>Whose part of an image is looked at. What is of the base and what is yours is all, each byte and each finding once.</summary>
public enum Owner : byte
{
    All = 0,

    /// <summary>The layers that came with FROM.</summary>
    Base = 1,

    /// <summary>The layers above.</summary>
    Yours = 2,
}

public static class Owners
{
    public static bool TryParse(string? text, out Owner owner) =>
        Enum.TryParse(text, ignoreCase: true, out owner) && Enum.IsDefined(owner) && !char.IsAsciiDigit(text![0]);

    public static bool HasLayer(this Owner owner, BaseImage itsBase, int layer) => owner == Owner.All || (owner == Owner.Base) == itsBase.Has(layer);

    /// <summary>The base's is what lies in its layers alone: with one byte above them, a change of this Dockerfile helps.</summary>
    public static bool HasFinding(this Owner owner, BaseImage itsBase, Finding finding) =>
        owner == Owner.All
        || (owner == Owner.Base) == (finding.Bodies.Layers.Count > 0 ? finding.Bodies.Layers.All(l => itsBase.Has(l.Layer)) : itsBase.Has(finding.Layer));

    /// <summary>The final file system, or the part of it that the owner's layers brought.</summary>
    public static FileView View(this Owner owner, FileTree tree, BaseImage itsBase) => owner switch
    {
        Owner.Base => FileView.FinalOf(tree, 0, itsBase.Layers),
        Owner.Yours => FileView.FinalOf(tree, itsBase.Layers, tree.Layers.Count),
        _ => FileView.Final(tree),
    };
}
