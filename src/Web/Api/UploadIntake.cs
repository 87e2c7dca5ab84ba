using ImageInsight.Data.Queue;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Api;

/// <summary>Takes the bytes of an upload into the spool, and queues their analysis once they are whole.</summary>
internal sealed class UploadIntake(SpoolFolder spool, AnalysisIntake intake)
{
    public static readonly ProblemKind[] Problems =
    [
        ProblemKinds.BadId, ProblemKinds.IdTaken, ProblemKinds.UploadEmpty, ProblemKinds.UploadIncomplete,
        ProblemKinds.UploadTooLarge,
        ProblemKinds.ServiceStopping, ProblemKinds.DiskFull,
    ];

    /// <summary>Before a byte is read.</summary>
    public async Task CheckAsync(Guid? id, CancellationToken cancellationToken)
    {
        if (id == Guid.Empty)
            throw new UploadException(ProblemKinds.BadId, "The id must not be all zeros.");
        if (id is { } chosen && await intake.ExistsAsync(chosen, cancellationToken))
            throw new AnalysisIdTakenException(chosen);
    }

    public async Task<Guid> TakeAsync(Stream body, string name, Guid? id, CancellationToken cancellationToken)
    {
        var upload = await spool.WriteAsync(body, cancellationToken) with { AnalysisId = id };
        try
        {
            // From here on the bytes are whole: the analysis is queued even when the sender hangs up now.
            return await intake.EnqueueUploadAsync(name, upload, CancellationToken.None);
        }
        catch
        {
            spool.Delete(upload.SpoolName);
            throw;
        }
    }
}
