using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageInsight.Data.Queue.Uploads;

/// <summary>
/// Analyses from the first byte of their upload until they are queued. Whoever receives the bytes keeps a lease: when
/// it ends unattended, the upload has failed.
/// </summary>
public sealed class IncomingUploads(
    Contexts contexts, AnalysisIntake intake, AnalysisQueue queue, TimeProvider time, IOptions<QueueOptions> options)
{
    private const string WhoReceives = "on arrival";

    private readonly TimeSpan lease = options.Value.Lease;

    /// <param name="id">Chosen by the sender; null for one of the service's own.</param>
    /// <param name="bytes">As the sender states; 0 when it does not.</param>
    /// <exception cref="AnalysisIdTakenException">The sender chose an id that names another one.</exception>
    public async Task<IncomingUpload> BeginAsync(
        string name, Guid? id, long bytes, CancellationToken cancellationToken)
    {
        var token = Guid.NewGuid();
        try
        {
            var begun = await intake.ReceiveAsync(id, name, bytes, (token, Now() + lease), cancellationToken)
                .ConfigureAwait(false);
            return new IncomingUpload(begun, name, token);
        }
        catch (DbUpdateException e) when (id is not null)
        {
            if (await intake.ExistsAsync(id.Value, cancellationToken).ConfigureAwait(false))
                throw new AnalysisIdTakenException(id.Value, e);
            throw;
        }
    }

    /// <summary>Extends the lease and stores how far it is.</summary>
    public async Task<HeartbeatAnswer> BeatAsync(
        IncomingUpload upload, AnalysisProgress progress, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var until = Now() + lease;
        var layers = PackedProgress.Pack(progress.Layers);
        var kept = await Held(db, upload).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.LeaseUntil, until)
                .SetProperty(a => a.BytesDone, progress.BytesDone)
                .SetProperty(a => a.BytesTotal, progress.BytesTotal)
                .SetProperty(a => a.LayersDone, progress.LayersDone)
                .SetProperty(a => a.LayersTotal, progress.LayersTotal)
                .SetProperty(a => a.LayerProgress, layers),
            cancellationToken).ConfigureAwait(false);
        if (kept == 0)
            return HeartbeatAnswer.Lost;
        return await Held(db, upload).AnyAsync(a => a.CancelRequested, cancellationToken).ConfigureAwait(false)
            ? HeartbeatAnswer.CancelRequested
            : HeartbeatAnswer.Continue;
    }

    /// <summary>
    /// All of it is here: the analysis is queued, or, while some of its layers are still read, held by who reads them
    /// until <see cref="HandOverAsync"/>.
    /// </summary>
    /// <returns>False when the analysis was deleted in the meantime; then nothing refers to the file.</returns>
    public async Task<bool> EndAsync(
        IncomingUpload upload, SpooledUpload whole, IReadOnlyList<ArrivedLayer> layers, bool stillRead,
        CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var now = Now();
        var until = now + lease;
        // One whose lease ended, because the database was away, is not lost for that.
        var ended = await db.Analyses
            .Where(a => a.Id == upload.Id && !a.CancelRequested
                && ((a.State == AnalysisState.Receiving && a.LeaseToken == upload.Token)
                    || (a.State == AnalysisState.Failed && a.ErrorCode == AnalysisErrors.UploadIncomplete)))
            .ExecuteUpdateAsync(
                s => s.SetProperty(a => a.State, stillRead ? AnalysisState.Running : AnalysisState.Queued)
                    .SetProperty(a => a.ErrorCode, (string?)null)
                    .SetProperty(a => a.ErrorDetail, (string?)null)
                    .SetProperty(a => a.FinishedAt, (DateTime?)null)
                    .SetProperty(a => a.NotBefore, now)
                    .SetProperty(a => a.Attempts, stillRead ? 1 : 0)
                    .SetProperty(a => a.Worker, stillRead ? WhoReceives : null)
                    .SetProperty(a => a.LeaseToken, stillRead ? upload.Token : (Guid?)null)
                    .SetProperty(a => a.LeaseUntil, stillRead ? until : (DateTime?)null)
                    .SetProperty(a => a.BytesTotal, whole.Bytes),
                cancellationToken).ConfigureAwait(false);
        if (ended == 0)
            return false;
        var packed = PackedArrivals.Pack(layers);
        await db.Origins.Where(o => db.Analyses.Any(a => a.Id == upload.Id && a.OriginId == o.Id)).ExecuteUpdateAsync(
            s => s.SetProperty(o => o.SpoolName, whole.SpoolName)
                .SetProperty(o => o.Bytes, whole.Bytes)
                .SetProperty(o => o.ArrivedLayers, packed)
                .SetProperty(o => o.DroppedAt, (DateTime?)null),
            cancellationToken).ConfigureAwait(false);
        await AnalysisQueue.NotifyAsync(db, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        queue.Pulse();
        return true;
    }

    /// <summary>What still read the layers of a whole upload lets go: a worker takes it from here.</summary>
    public async Task HandOverAsync(
        IncomingUpload upload, IReadOnlyList<ArrivedLayer> layers, CancellationToken cancellationToken)
    {
        await using (var db = contexts.CreateDbContext())
        {
            var packed = PackedArrivals.Pack(layers);
            await db.Origins.Where(o => db.Analyses.Any(a => a.Id == upload.Id && a.OriginId == o.Id))
                .ExecuteUpdateAsync(s => s.SetProperty(o => o.ArrivedLayers, packed), cancellationToken)
                .ConfigureAwait(false);
        }

        await queue.ReleaseAsync(ClaimOf(upload), countAttempt: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>As a worker would hold it, while its layers are still read.</summary>
    public static ClaimedAnalysis ClaimOf(IncomingUpload upload) => new(
        upload.Id, upload.Name,
        new ImageOrigin(Guid.Empty, ImageSource.Upload, null, null, null, null, null, CredentialLost: false),
        ImageKey: null, ListedIn: null, Attempt: 1, upload.Token);

    /// <summary>It does not become whole.</summary>
    public async Task BreakOffAsync(
        IncomingUpload upload, string code, string detail, CancellationToken cancellationToken)
    {
        await using var db = contexts.CreateDbContext();
        var now = Now();
        var text = StoredText.Fit(detail);
        await Held(db, upload).ExecuteUpdateAsync(
            s => s.SetProperty(a => a.State, AnalysisState.Failed)
                .SetProperty(a => a.ErrorCode, code)
                .SetProperty(a => a.ErrorDetail, text)
                .SetProperty(a => a.FinishedAt, now)
                .SetProperty(a => a.CancelRequested, false)
                .SetProperty(a => a.LayerProgress, (string?)null)
                .SetProperty(a => a.LeaseToken, (Guid?)null)
                .SetProperty(a => a.LeaseUntil, (DateTime?)null),
            cancellationToken).ConfigureAwait(false);
    }

    private static IQueryable<AnalysisRow> Held(InsightDbContext db, IncomingUpload upload) => db.Analyses.Where(
        a => a.Id == upload.Id && a.State == AnalysisState.Receiving && a.LeaseToken == upload.Token);

    private DateTime Now() => time.GetUtcNow().UtcDateTime;
}
