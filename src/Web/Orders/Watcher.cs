using ImageInsight.Analysis;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Registry;
using ImageInsight.Data.Queue;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;
using ImageInsight.Web.Problems;
using ImageInsight.Web.Registries;

namespace ImageInsight.Web.Orders;

/// <summary>Looks at the watched references when they are due, and queues what is new.</summary>
internal sealed partial class Watcher(
    WatchStore watches, AnalysisIntake intake, CredentialVault vault, RegistryHttp http, InsightSettings settings,
    ILogger<Watcher> logger) : BackgroundService
{
    /// <summary>A registry that is slow to answer holds up one of these, not all watches.</summary>
    private const int AtOnce = 4;

    /// <summary>Manifests are a few kilobytes; who has not sent them by then is asked again when it is due.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromMinutes(2);

    private readonly TimeSpan poll = settings.WatchPoll;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WatchAsync(stoppingToken)));

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await watches.TakeDueAsync(stoppingToken) is { } watch)
                    await LookInTimeAsync(watch, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(logger, e);
            }

            await Task.Delay(poll, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookInTimeAsync(DueWatch watch, CancellationToken stoppingToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limited.CancelAfter(MaxTime);
        try
        {
            await LookAsync(watch, limited.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            var error = $"The registry took longer than {MaxTime.TotalMinutes:0} minutes to answer.";
            await watches.NoteAsync(watch.Id, null, error, stoppingToken);
        }
    }

    private async Task LookAsync(DueWatch watch, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(watch.Reference, out var reference, out var error))
        {
            await watches.NoteAsync(watch.Id, null, error, cancellationToken);
            return;
        }

        try
        {
            var credential = watch.Protected is null ? null
                : vault.Unprotect(watch.CredentialId!.Value, watch.Protected);
            using var source = await ReferenceSource.OpenAsync(
                http, reference, credential, settings.Limits, cancellationToken);
            var digest = source.Root.ToString();
            if (digest != watch.LastDigest)
                // By digest: what is analysed is what was seen, even when the tag moves on before a worker comes to it.
                await intake.EnqueuePullAsync(
                    reference.Familiar,
                    new PullRequest(
                        reference.WithDigest(source.Root), watch.Platform, watch.CredentialId, WatchId: watch.Id),
                    cancellationToken);
            await watches.NoteAsync(watch.Id, digest, null, cancellationToken);
        }
        catch (ImageException e)
        {
            await watches.NoteAsync(watch.Id, null, ImageErrorText.Describe(e), cancellationToken);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The watched references could not be looked at; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
