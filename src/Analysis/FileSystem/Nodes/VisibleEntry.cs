namespace ImageInsight.Analysis.FileSystem.Nodes;

/// <summary>A line of the listing of the final file system (<c>GET /api/analyses/{id}/files</c>).</summary>
public sealed record VisibleEntry(
    string Path,
    string Kind,
    long Size,
    int Mode,
    long Uid,
    long Gid,
    DateTime Mtime,
    string? LinkTarget,
    int Layer,
    string? ContentHash);
