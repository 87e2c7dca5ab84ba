using ImageInsight.Analysis;

namespace ImageInsight.Data.Queue;

/// <summary>The analyses table as a queue: claimed with a lease, kept by heartbeats, retried when a worker dies.</summary>
public sealed class AnalysisQueue
{
    /// <summary>
    /// The oldest analysis that is due (queued and past its backoff, or running with an expired lease), now leased to
    /// the caller; null when there is none. One that used up its attempts is failed here with code <c>worker-died</c>.
    /// </summary>
    public Task<ClaimedAnalysis?> ClaimAsync(string worker, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Extends the lease and stores progress.</summary>
    public Task<HeartbeatAnswer> HeartbeatAsync(ClaimedAnalysis claim, AnalysisProgress progress, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Stores the whole result in one transaction and marks the analysis done; false when the lease was lost (nothing is stored).</summary>
    /// <param name="siblings">Further images of the same archive, queued in the same transaction, each once however often this runs.</param>
    public Task<bool> CompleteAsync(ClaimedAnalysis claim, ImageAnalysis result, IReadOnlyList<SiblingImage> siblings, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Marks the analysis failed for good; false when the lease was lost.</summary>
    public Task<bool> FailAsync(ClaimedAnalysis claim, string code, string detail, IReadOnlyList<SiblingImage> siblings, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Gives the analysis back: at once on an orderly stop, after a backoff when something transient (database, disk) failed.</summary>
    public Task ReleaseAsync(ClaimedAnalysis claim, bool countAttempt, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Completes when something may have been queued (LISTEN/NOTIFY on Postgres, in-process signal on SQLite), or after the timeout.</summary>
    public Task WaitForWorkAsync(TimeSpan timeout, CancellationToken cancellationToken) => throw new NotImplementedException();
}

public enum HeartbeatAnswer
{
    Continue,

    /// <summary>Somebody asked to cancel it: stop and fail it with code <c>cancelled</c>.</summary>
    CancelRequested,

    /// <summary>Deleted, or another worker holds it: stop and write nothing.</summary>
    Lost,
}

/// <param name="Key">ArchiveImage.Key.</param>
/// <param name="Name">What the list shows: a tag or the upload's name, and the platform.</param>
/// <param name="ErrorCode">Set when it is known to be unusable: it becomes a failed sibling.</param>
public sealed record SiblingImage(string Key, string Name, string? ErrorCode = null, string? ErrorDetail = null);
