using System.Globalization;
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
    private const int AtOnce = 4;

    /// <summary>A registry that is slow to answer holds up these of its own watches, and leaves room for
    /// others.</summary>
    private const int AtOnceOfARegistry = 2;

    private readonly TimeSpan poll = settings.WatchPoll;

    /// <summary>Manifests are a few kilobytes; who has not sent them by then is asked again when it is due.</summary>
    private readonly TimeSpan maxTime = settings.WatchTime;

    /// <summary>Held while one is chosen.</summary>
    private readonly SemaphoreSlim choosing = new(1);

    /// <summary>Hosts that are asked now, once for each watch.</summary>
    private readonly List<string> asked = [];

    public override void Dispose()
    {
        choosing.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => WatchAsync(stoppingToken)));

    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await ChooseAsync(stoppingToken) is { } watch)
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
        limited.CancelAfter(maxTime);
        try
        {
            await LookAsync(watch, limited.Token);
        }
        catch (OperationCanceledException) when (!stoppingToken.IsCancellationRequested)
        {
            var error = string.Create(
                CultureInfo.InvariantCulture, $"The registry took longer than {maxTime.TotalSeconds:0} s to answer.");
            await watches.NoteAsync(watch.Id, null, error, stoppingToken);
        }
        finally
        {
            lock (asked)
                asked.Remove(HostOf(watch.Reference));
        }
    }

    private async Task<DueWatch?> ChooseAsync(CancellationToken cancellationToken)
    {
        await choosing.WaitAsync(cancellationToken);
        try
        {
            var chosen = await watches.TakeDueAsync(IsBusy, cancellationToken);
            if (chosen is not null)
                lock (asked)
                    asked.Add(HostOf(chosen.Reference));
            return chosen;
        }
        finally
        {
            choosing.Release();
        }
    }

    private bool IsBusy(string reference)
    {
        var host = HostOf(reference);
        lock (asked)
            return asked.Count(h => h == host) >= AtOnceOfARegistry;
    }

    private static string HostOf(string reference) =>
        ImageReference.TryParse(reference, out var parsed, out _) ? parsed.Registry : "";

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
