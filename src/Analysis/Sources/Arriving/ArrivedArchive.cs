using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Arriving;

/// <summary>What is known of an archive from reading it while it arrived.</summary>
/// <param name="Unpacked">Of one that is compressed as a whole, where it is still there; whoever opens the archive owns
/// it.</param>
public sealed record ArrivedArchive(IReadOnlyList<ArrivedLayer> Layers, SafeFileHandle? Unpacked = null);
