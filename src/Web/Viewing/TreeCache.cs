using ImageInsight.Analysis.FileSystem;
using ImageInsight.Data;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Viewing;

/// <summary>Merged trees of the analyses that were looked at last.</summary>
public sealed class TreeCache(AnalysisStore store, InsightSettings settings)
{
    private readonly ByteCache<Guid, FileTree> trees = new(settings.CacheBytes, t => t.MemoryBytes);

    /// <summary>Null when there is no such analysis or it is not done.</summary>
    public Task<FileTree?> GetAsync(Guid analysisId, CancellationToken cancellationToken) =>
        trees.GetAsync(analysisId, () => store.LoadTreeAsync(analysisId, CancellationToken.None), cancellationToken);

    public void Remove(Guid analysisId) => trees.Remove(analysisId);

    /// <summary>Lets go of those looked at least recently until they are within some bytes.</summary>
    public void Trim(long most) => trees.Trim(most);
}
