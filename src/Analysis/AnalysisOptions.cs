using System.Globalization;

namespace ImageInsight.Analysis;

/// <summary>
/// Caps that keep a hostile image from costing more than an honest one. docs/formats.md says what each is for.
/// </summary>
public sealed class AnalysisOptions
{
    /// <summary>
    /// Inflate gzip by ISA-L (libisal.so.2) where it is installed; else, and where it is not, by the zlib that comes
    /// with .NET.
    /// </summary>
    public bool NativeInflate { get; set; } = true;

    /// <summary>Uncompressed bytes of one layer.</summary>
    public long MaxLayerBytes { get; set; } = 64L << 30;

    /// <summary>Uncompressed bytes of all layers of one image.</summary>
    public long MaxImageBytes { get; set; } = 256L << 30;

    /// <summary>Bytes of an archive that is compressed as a whole, unpacked to the scratch directory.</summary>
    public long MaxScratchBytes { get; set; } = 64L << 30;

    /// <summary>
    /// How many times bigger than their blobs an image's compressed layers may become, once they have
    /// <see cref="RatioFreeBytes"/> together. Honest layers
    /// stay below 50; a bomb reaches 1,000 with gzip and 30,000 with zstd.
    /// </summary>
    public int MaxRatio { get; set; } = 200;

    /// <summary>
    /// Uncompressed bytes up to which any ratio is taken: an empty database or disk image in a layer is mostly zeros.
    /// </summary>
    public long RatioFreeBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Memory that a zstd frame or an xz block may ask its reader for (RFC 8878 asks decoders for 8 MiB only).
    /// </summary>
    public int MaxWindowBytes { get; set; } = 128 << 20;

    /// <summary>Tar records, and directories that they imply, of one image. The biggest seen have a million.</summary>
    public int MaxEntries { get; set; } = 1_500_000;

    /// <summary>
    /// Of these, directories that no record stands for. Most writers of tars leave none out; one record of a few bytes
    /// may imply a thousand.
    /// </summary>
    public int MaxImpliedDirectories { get; set; } = 300_000;

    /// <summary>Bytes of the names and link targets of one image, in all.</summary>
    public long MaxNameBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Bytes that are kept of one layer's files for the catalogues of packages; what is beyond is left out. A
    /// distribution's databases have 10 MB, 20,000 modules 40.
    /// </summary>
    public long MaxLayerCaptureBytes { get; set; } = 64L << 20;

    /// <summary>
    /// The same of all layers of one image, so that many full layers do not fill the memory; nothing that is shared
    /// with other images depends on it. What is made of them takes as much again.
    /// </summary>
    public long MaxCaptureBytes { get; set; } = 128L << 20;

    /// <summary>More is not a path that Linux could open (PATH_MAX); never more than 65,535.</summary>
    public int MaxPathBytes { get; set; } = 4096;

    /// <summary>Components of a path, 4,096 at most.</summary>
    public int MaxPathDepth { get; set; } = 1024;

    /// <summary>
    /// Bytes of an extended header of a tar (PAX, GNU long name). Go's archive/tar has the same cap (CVE-2022-2879).
    /// </summary>
    public int MaxExtensionBytes { get; set; } = 1 << 20;

    /// <summary>Blocks of an old GNU sparse map, 21 pieces each (CVE-2025-58183).</summary>
    public int MaxSparseBlocks { get; set; } = 1 << 16;

    /// <summary>Docker itself stops at 127.</summary>
    public int MaxLayers { get; set; } = 1024;

    /// <summary>
    /// Bytes of one JSON document of the archive (manifest, index, config). Registries take no bigger ones.
    /// </summary>
    public int MaxJsonBytes { get; set; } = 4 << 20;

    /// <summary>
    /// Bytes of all of them together: each image of an archive has a manifest and a config, of some 20 kB.
    /// </summary>
    public long MaxDocumentBytes { get; set; } = 32 << 20;

    /// <summary>Lines of an image's history; a few for each layer.</summary>
    public int MaxHistory { get; set; } = 10_000;

    /// <summary>Nesting of such a document; real ones are six deep.</summary>
    public int MaxJsonDepth { get; set; } = 32;

    /// <summary>index.json, an index, a platform's index, a manifest: real ones are three deep.</summary>
    public int MaxIndexDepth { get; set; } = 8;

    /// <summary>Manifests and indexes of one archive.</summary>
    public int MaxManifests { get; set; } = 1000;

    /// <summary>Files of one archive: a few for each layer.</summary>
    public int MaxArchiveFiles { get; set; } = 100_000;

    /// <summary>
    /// Steps (a byte of a package database looked at, a path compared) that catalogues, rules and edits may take for
    /// one image: some ten seconds of a processor. The big image of the corpus (218,546 entries, 915 packages) takes
    /// less than a hundred million.
    /// </summary>
    public long MaxWork { get; set; } = 2_000_000_000;

    /// <summary>
    /// Bytes of memory that an analysis may hold beyond its entries: captures, packages and findings.
    /// </summary>
    public long MaxHeldBytes { get; set; } = 256L << 20;

    /// <summary>
    /// Characters, as JSON, of the paths that the findings of one image list, together: each lists its biggest, 1,000
    /// at most, and counts all. Honest images have some 100,000; a hostile one has 100 layers of paths of 4,096.
    /// </summary>
    public long MaxEvidenceBytes { get; set; } = 8L << 20;

    /// <summary>Wall time of one analysis, opening its archive or asking its registry included.</summary>
    public TimeSpan MaxTime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Layers read at the same time; each uses two threads.</summary>
    public int Parallelism { get; set; } = Math.Max(1, Environment.ProcessorCount);

    /// <summary>The first option that no analysis could run with, and null when there is none.</summary>
    public string? FirstBad()
    {
        foreach (var property in typeof(AnalysisOptions).GetProperties())
        {
            var most = property.Name == nameof(MaxPathBytes) ? ushort.MaxValue : property.Name == nameof(MaxPathDepth)
                ? 4096
                : long.MaxValue;
            var value = property.GetValue(this) is TimeSpan time ? time.Ticks
                : Convert.ToInt64(property.GetValue(this), CultureInfo.InvariantCulture);
            if (value < 1 || value > most)
                return most == long.MaxValue ? $"{property.Name} must be more than 0"
                    : $"{property.Name} must be from 1 to {most}";
        }

        return null;
    }
}
