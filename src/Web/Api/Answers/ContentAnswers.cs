namespace ImageInsight.Web.Api.Answers;

/// <param name="More">Nodes within the depth that were left out, the deepest first; ask for their parents' paths to
/// see them.</param>
public sealed record TreeAnswer(string Path, IReadOnlyList<NodeAnswer> Nodes, int More);

/// <param name="Kind">file, dir, symlink, hardlink, char, block, fifo or other.</param>
/// <param name="Children">Only when a further level was asked for.</param>
public sealed record NodeAnswer(
    string Path, string Name, string Kind, long DiskBytes, long PullBytes, long WastedBytes, long Files, int Layer,
    IReadOnlyList<NodeAnswer>? Children);
