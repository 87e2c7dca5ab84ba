using ImageInsight.Analysis;
using ImageInsight.Data;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Opening;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Reading.OnArrival;

namespace ImageInsight.Web.Reading;

/// <summary>One claimed analysis from opening its origin to storing what was found.</summary>
internal sealed partial class AnalysisRun(
    ClaimedAnalysis claim, AnalysisQueue queue, Origins origins, EarlierReadings earlier, InsightSettings settings,
    ILogger<AnalysisRun> logger)
{
    private readonly List<SiblingImage> siblings = [];
    private readonly ArrivalReading? arrival = earlier.Take(claim);
    private LayerStoring? storing;

    /// <summary>How it ended, for the log.</summary>
    public async Task<string> RunAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        stop.CancelAfter(settings.Limits.MaxTime);
        using var heartbeat = new Heartbeat((now, token) => queue.HeartbeatAsync(claim, now, token), stop);
        var beating = heartbeat.RunAsync();
        // Those that were read on arrival may still be stored; they are used meanwhile.
        await using var arrived = arrival;
        await using var own = arrival is null ? queue.StoreLayers(stop.Token) : null;
        storing = arrival?.Storing ?? own!;
        try
        {
            var result = await AnalyzeInTimeAsync(heartbeat, stop.Token);
            // What is not stored yet is stored while the lease is still kept.
            await storing.FinishAsync();
            await heartbeat.StopAsync(beating);
            return await queue.CompleteAsync(claim, result, heartbeat.Layers, siblings, stoppingToken) ? "is done"
                : "was taken over by another worker";
        }
        catch (ImageException e)
        {
            await heartbeat.StopAsync(beating);
            return await queue.FailAsync(claim, e.Code, ImageErrorText.Describe(e), siblings, stoppingToken)
                ? $"failed ({e.Code})"
                : "was taken over by another worker";
        }
        catch (OperationCanceledException) when (heartbeat.CancelRequested)
        {
            await queue.FailAsync(
                claim, AnalysisErrors.Cancelled, "Cancelled while it was running.", [], stoppingToken);
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
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            var late = ImageAnalyzer.TooLong(settings.Limits);
            await queue.FailAsync(claim, late.Code, ImageErrorText.Describe(late), [], stoppingToken);
            return "took too long";
        }
        catch (Exception e)
        {
            LogFailed(logger, claim.Id, e);
            await queue.ReleaseAsync(claim, countAttempt: !DatabaseAway.IsCauseOf(e), CancellationToken.None);
            return "is put back after a problem of the service";
        }
        finally
        {
            await heartbeat.StopAsync(beating);
        }
    }

    private async Task<ImageAnalysis> AnalyzeInTimeAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        try
        {
            return await Watchdog.RunAsync(t => AnalyzeAsync(heartbeat, t), Watchdog.Grace, cancellationToken);
        }
        catch (WorkGivenUpException)
        {
            LogGivenUp(logger, claim.Id, Watchdog.Grace.TotalSeconds);
            throw;
        }
    }

    private async Task<ImageAnalysis> AnalyzeAsync(Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        using var origin = await origins.OpenAsync(
            claim.Origin, claim.ImageKey, claim.ListedIn, arrival?.Unpacked, cancellationToken);
        if (claim.ImageKey is null)
            return await FirstUsableAsync(origin, heartbeat, cancellationToken);
        var image = origin.Images.FirstOrDefault(i => i.Key == claim.ImageKey)
            ?? throw new ImageException(ImageErrors.BlobMissing, $"There is no image '{claim.ImageKey}' any more.");
        return await AnalyzeAsync(origin, image, heartbeat, cancellationToken);
    }

    /// <summary>
    /// The service's own platform if it is there, else the first that can be read. Broken ones before it become failed
    /// siblings, those behind it are queued; when none can be read, the first one's error is the answer.
    /// </summary>
    private async Task<ImageAnalysis> FirstUsableAsync(
        OpenedOrigin origin, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        var candidates = origin.Images;
        ImageException? first = null;
        for (var i = 0; i < candidates.Count; i++)
        {
            try
            {
                var result = await AnalyzeAsync(origin, candidates[i], heartbeat, cancellationToken);
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

    private SiblingImage Sibling(OpenedImage image, ImageException? error)
    {
        var name = image.Tags.Count > 0 ? image.Tags[0] : claim.Name;
        return new SiblingImage(
            image.Key, image.Platform is null ? name : $"{name} ({image.Platform})", error?.Code,
            error is null ? null : ImageErrorText.Describe(error), image.ListedIn);
    }

    private async Task<ImageAnalysis> AnalyzeAsync(
        OpenedOrigin origin, OpenedImage image, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        if (image.Error is not null)
            throw image.Error;
        return await new ImageAnalyzer(
            settings.Limits, earlier.LayersOf(claim, arrival, origin.Known), earlier.Bases, storing)
            .AnalyzeAsync(origin.Layers, await image.Read(cancellationToken), heartbeat, cancellationToken);
    }

    [LoggerMessage(
        LogLevel.Critical,
        "Analysis {Id} did not stop within {Seconds} s when it was told to. It is given up; its thread goes on until "
        + "the service is restarted. Please report it with the image.")]
    private static partial void LogGivenUp(ILogger logger, Guid id, double seconds);

    [LoggerMessage(LogLevel.Error, "Analysis {Id} met a problem of the service and is put back.")]
    private static partial void LogFailed(ILogger logger, Guid id, Exception exception);
}
