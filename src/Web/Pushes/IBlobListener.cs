using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Arriving;

namespace ImageInsight.Web.Pushes;

/// <summary>Hears of blobs while they arrive.</summary>
internal interface IBlobListener
{
    /// <summary>The first bytes of one are about to be written; null when it is not followed.</summary>
    GrowingFile? Begin();

    /// <summary>It is whole, and the one that it is said to be.</summary>
    void Complete(GrowingFile file, Digest digest);

    /// <summary>It does not become whole.</summary>
    void Abandon(GrowingFile file);
}
