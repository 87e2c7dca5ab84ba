using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Data.Queue;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Uploads;

namespace ImageInsight.Web.Worker;

/// <summary>One claimed analysis from opening its archive to storing what was found.</summary>
internal sealed partial class AnalysisRun(
    ClaimedAnalysis claim, AnalysisQueue queue, Spool spool, InsightSettings settings, ILogger<AnalysisRun> logger)
{
    private readonly List<SiblingImage> siblings = [];

    /// <summary>How it ended, for the log.</summary>
    public async Task<string> RunAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var heartbeat = new Heartbeat(claim, queue, stop);
        var beating = heartbeat.RunAsync();
        try
        {
            var result = await AnalyzeAsync(heartbeat, stop.Token);
            await heartbeat.StopAsync(beating);
            return await queue.CompleteAsync(claim, result, siblings, stoppingToken) ? "is done" : "was taken over by another worker";
        }
        catch (ImageException e)
        {
            await heartbeat.StopAsync(beating);
            return await queue.FailAsync(claim, e.Code, e.Message, siblings, stoppingToken) ? $"failed ({e.Code})" : "was taken over by another worker";
        }
        catch (OperationCanceledException) when (heartbeat.CancelRequested)
        {
            await queue.FailAsync(claim, "cancelled", "Cancelled while it was running.", [], stoppingToken);
            return "was cancelled";
        }
        catch (OperationCanceledException) when (heartbeat.Lost)
        {
            return "was deleted or taken over by another worker";
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await queue.ReleaseAsync(claim, countAttempt: false, CancellationToken.None);
            return "was given back, the service is stopping";
        }
        catch (Exception e)
        {
            LogFailed(logger, claim.Id, e);
            await queue.ReleaseAsync(claim, countAttempt: true, CancellationToken.None);
            return "is put back after a problem of the service";
        }
        finally
        {
            await heartbeat.StopAsync(beating);
        }
    }

    private async Task<ImageAnalysis> AnalyzeAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        ImageArchive archive;
        try
        {
            archive = await ImageArchive.OpenAsync(
                spool.PathOf(claim.SpoolName), settings.SpoolDirectory, settings.Limits, cancellationToken);
        }
        catch (FileNotFoundException)
        {
            throw new ImageException("bytes-gone", "The uploaded file is no longer kept (Insight__Spool__KeepHours). Upload it again.");
        }

        using (archive)
            return claim.ImageKey is null
                ? await FirstUsableAsync(archive, heartbeat, cancellationToken)
                : await AnalyzeAsync(archive, Keyed(archive, claim.ImageKey), heartbeat, cancellationToken);
    }

    /// <summary>
    /// The service's own platform if it is there, else the first that can be read. Broken ones before it become failed
    /// siblings, those behind it are queued; when none can be read, the first one's error is the answer.
    /// </summary>
    private async Task<ImageAnalysis> FirstUsableAsync(ImageArchive archive, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        var candidates = archive.Images.OrderByDescending(i => i.Platform is { } p && Platform.Own.Runs(p)).ToList();
        ImageException? first = null;
        for (var i = 0; i < candidates.Count; i++)
        {
            try
            {
                var result = await AnalyzeAsync(archive, candidates[i], heartbeat, cancellationToken);
                siblings.AddRange(candidates.Skip(i + 1).Select(c => Sibling(c, c.Error)));
                return result;
            }
            catch (ImageException e) when (candidates.Count > 1)
            {
                first ??= e;
                siblings.Add(Sibling(candidates[i], e));
            }
        }

        siblings.Clear();
        throw first!;
    }

    private SiblingImage Sibling(SourceImage image, ImageException? error)
    {
        var name = image.Tags.Count > 0 ? image.Tags[0] : claim.Name;
        return new SiblingImage(image.Key, image.Platform is null ? name : $"{name} ({image.Platform})", error?.Code, error?.Message);
    }

    private Task<ImageAnalysis> AnalyzeAsync(
        ImageArchive archive, SourceImage image, Heartbeat heartbeat, CancellationToken cancellationToken) =>
        new ImageAnalyzer(settings.Limits).AnalyzeAsync(archive, image, heartbeat, cancellationToken);

    private static SourceImage Keyed(ImageArchive archive, string key) =>
        archive.Images.FirstOrDefault(i => i.Key == key)
        ?? throw new ImageException(ImageErrors.BlobMissing, $"The archive no longer has the image '{key}'.");

    [LoggerMessage(LogLevel.Error, "Analysis {Id} met a problem of the service and is put back.")]
    private static partial void LogFailed(ILogger logger, Guid id, Exception exception);
}
