using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Layers;

/// <summary>
/// What one layer holds: the facts that depend on the uncompressed tar alone, so that they are stored once.
/// </summary>
/// <param name="DiffId">sha256 of the uncompressed tar.</param>
/// <param name="TarBytes">Length of the uncompressed tar.</param>
/// <param name="DiskBytes">Sum of the sizes of its regular-file entries.</param>
/// <param name="RecordCount">Records of the tar: directories, links and whiteouts included, extension headers
/// not.</param>
/// <param name="Entries">The records and the directories they imply.</param>
public sealed record Layer(Digest DiffId, long TarBytes, long DiskBytes, int RecordCount, EntryList Entries)
{
    /// <summary>
    /// False for a layer of which only digest and size are known: a foreign one that the archive leaves out, an
    /// encrypted one, one of an unknown media type. It then has no entries.
    /// </summary>
    public bool ContentKnown { get; init; } = true;

    /// <summary>What was kept of its files, by ordinal. Empty in a layer that is loaded only to be looked at.</summary>
    public IReadOnlyList<Capture> Captures { get; init; } = [];

    /// <summary>
    /// False when captures are missing because the image's other layers had spent its budget: read in another image
    /// there would be more.
    /// </summary>
    public bool CapturesWhole { get; init; } = true;

    /// <summary>
    /// Raised whenever a reader change alters stored facts; stored layers of another version are read anew.
    /// </summary>
    public const int AnalyzerVersion = 10;

    /// <summary>
    /// Stands for the version where the content is not known, so that nothing takes such a layer for an empty one.
    /// </summary>
    public const int UnknownContentVersion = 0;

    /// <summary>A layer without all of its captures is stored beside the whole one, and never taken for it.</summary>
    public int StoredVersion =>
        !ContentKnown ? UnknownContentVersion : CapturesWhole ? AnalyzerVersion : -AnalyzerVersion;
}
