using ImageInsight.Analysis.FileSystem.Ledger;

namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>
/// Totals of a node and all below it. An inode with several names is counted once, at the name that carried it.
/// </summary>
/// <param name="DiskBytes">Bytes of regular files.</param>
/// <param name="PullBytes">Share of the compressed layers.</param>
/// <param name="WastedBytes">Wasted disk bytes that lie, or would lie, below this path.</param>
/// <param name="Files">Paths of regular files.</param>
public readonly record struct NodeSizes(long DiskBytes, long PullBytes, long WastedBytes, long Files)
{
    public long By(Measure measure) => measure switch
    {
        Measure.Disk => DiskBytes,
        Measure.Pull => PullBytes,
        Measure.Wasted => WastedBytes,
        _ => Files,
    };

    public static NodeSizes operator +(NodeSizes a, NodeSizes b) => new(
        a.DiskBytes + b.DiskBytes, a.PullBytes + b.PullBytes, a.WastedBytes + b.WastedBytes, a.Files + b.Files);
}
