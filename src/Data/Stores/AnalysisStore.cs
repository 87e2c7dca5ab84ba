using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Data.Queue;

namespace ImageInsight.Data.Stores;

/// <summary>Analyses and their results, for the API and the pages.</summary>
public sealed class AnalysisStore
{
    /// <summary>Stores the upload and queues its first analysis in one transaction; wakes a worker.</summary>
    public Task<Guid> EnqueueUploadAsync(string name, SpooledUpload upload, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>With siblings and, when done, the summary; null when there is none.</summary>
    public Task<AnalysisRecord?> FindAsync(Guid id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <param name="after">The cursor of the page before, or null.</param>
    public Task<AnalysisPage> ListAsync(string? name, AnalysisState? state, string? after, int take, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Removes the analysis, its shares and what nothing else needs; false when there is none. Spool files nobody needs any more are returned by SpoolStore.</summary>
    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>A queued one fails at once with code <c>cancelled</c>, a running one when its worker notices.</summary>
    public Task<ChangeAnswer> CancelAsync(Guid id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Queues a failed one again while its upload is still in the spool.</summary>
    public Task<ChangeAnswer> RetryAsync(Guid id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The merged tree of a done analysis, from its layers' rows. Costly: callers go through a cache.</summary>
    public Task<FileTree?> LoadTreeAsync(Guid id, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Biggest first; null when there is no such analysis or it is not done.</summary>
    public Task<IReadOnlyList<Finding>?> FindingsAsync(Guid id, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <param name="SpoolName">The file's name in the spool, made by the server.</param>
public sealed record SpooledUpload(string SpoolName, string Sha256, long Bytes);

/// <param name="After">Cursor of the next page, or null at the end.</param>
public sealed record AnalysisPage(IReadOnlyList<AnalysisRecord> Items, string? After);

public enum ChangeAnswer
{
    Done,
    NotFound,

    /// <summary>Not in a state in which this can be asked.</summary>
    WrongState,

    /// <summary>The uploaded bytes are no longer kept.</summary>
    BytesGone,
}
