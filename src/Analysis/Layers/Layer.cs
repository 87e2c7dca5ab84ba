using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Layers;

/// <summary>What one layer holds: the facts that depend on the uncompressed tar alone, so that they are stored once.</summary>
/// <param name="DiffId">sha256 of the uncompressed tar.</param>
/// <param name="TarBytes">Length of the uncompressed tar.</param>
/// <param name="DiskBytes">Sum of the sizes of its regular-file entries.</param>
/// <param name="RecordCount">Records of the tar: directories, links and whiteouts included, extension headers not.</param>
/// <param name="Entries">The records and the directories they imply.</param>
public sealed record Layer(Digest DiffId, long TarBytes, long DiskBytes, int RecordCount, EntryList Entries)
{
    /// <summary>Raised whenever a reader change alters stored facts; stored layers of another version are read anew.</summary>
    public const int AnalyzerVersion = 1;
}
