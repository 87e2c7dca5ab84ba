using ImageInsight.Data.Queue;
using ImageInsight.Data.Queue.Uploads;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Reading.OnArrival;
using ImageInsight.Web.Spool;

namespace ImageInsight.Web.Api;

/// <summary>Takes the bytes of an upload into the spool, and queues their analysis once they are whole.</summary>
internal sealed class UploadIntake(SpoolFolder spool, AnalysisIntake intake, IServiceProvider services)
{
    public static readonly ProblemKind[] Problems =
    [
        ProblemKinds.BadId, ProblemKinds.IdTaken, ProblemKinds.UploadEmpty, ProblemKinds.UploadIncomplete,
        ProblemKinds.UploadTooLarge, ProblemKinds.UploadCancelled,
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

    /// <param name="length">As the sender states it; null when it does not.</param>
    /// <param name="cut">Ends a read of the body.</param>
    public async Task<Guid> TakeAsync(
        Stream body, string name, Guid? id, long? length, CancellationTokenSource cut,
        CancellationToken cancellationToken)
    {
        await using var received = ActivatorUtilities.CreateInstance<ReceivedUpload>(services, length ?? 0);
        // A silent body is not woken by the token of a read.
        await using var stopped = received.Stopped.Register(cut.Cancel);
        SpooledUpload upload;
        try
        {
            upload = await spool.WriteAsync(
                body, received.File, token => received.BeginAsync(name, id, token), cancellationToken);
        }
        catch (Exception e)
        {
            var told = await received.BreakOffAsync(e);
            if (told == e)
                throw;
            throw told;
        }

        Guid? analysis = null;
        try
        {
            // From here on the bytes are whole: the analysis is queued even when the sender hangs up now.
            analysis = await received.EndAsync(upload);
            return analysis ?? throw UploadException.Deleted();
        }
        finally
        {
            if (analysis is null)
                spool.Delete(upload.SpoolName);
        }
    }
}
