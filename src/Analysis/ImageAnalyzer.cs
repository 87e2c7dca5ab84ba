using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Analysis;

/// <summary>From an image to what is in it: layers, file tree, ledger, findings.</summary>
public sealed class ImageAnalyzer(AnalysisOptions options)
{
    /// <param name="progress">Called from any thread, often; keep it cheap.</param>
    public async Task<ImageAnalysis> AnalyzeAsync(
        ImageArchive archive, ArchiveImage image, IProgress<AnalysisProgress>? progress, CancellationToken cancellationToken)
    {
        if (image.Error is not null)
            throw image.Error;
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.MaxTime);
        try
        {
            return await AnalyzeUnlimitedAsync(archive, image, progress, limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Caps.Exceeded($"The analysis takes longer than {options.MaxTime}", nameof(options.MaxTime));
        }
    }

    private async Task<ImageAnalysis> AnalyzeUnlimitedAsync(
        ImageArchive archive, ArchiveImage image, IProgress<AnalysisProgress>? progress, CancellationToken cancellationToken)
    {
        var history = BuildHistory.Read(image.Config!, image.Layers.Count);
        var read = await ReadLayersAsync(archive, image.Layers, progress, cancellationToken).ConfigureAwait(false);
        return await Task.Run(
            () =>
            {
                var facts = new ImageFacts(
                    image.ConfigDigest,
                    image.Platform ?? new Platform("linux", "unknown"),
                    image.Tags,
                    Stack(read, history),
                    history,
                    [.. (image.Config!.Config?.Env ?? []).Where(e => e is not null)]);
                var tree = FileTree.Merge(facts.Layers, options, cancellationToken);
                return new ImageAnalysis(facts, tree, FindingRules.Apply(facts, tree, cancellationToken));
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static List<ImageLayer> Stack((Layer Layer, LayerBlob Blob)[] read, IReadOnlyList<HistoryEntry> history)
    {
        var instructions = history.Where(h => h.Layer is not null).ToDictionary(h => h.Layer!.Value, h => h.Instruction);
        return [.. read.Select((l, i) => new ImageLayer(i, l.Layer, l.Blob, instructions.GetValueOrDefault(i)))];
    }

    private async Task<(Layer Layer, LayerBlob Blob)[]> ReadLayersAsync(
        ImageArchive archive, IReadOnlyList<ArchiveLayer> layers, IProgress<AnalysisProgress>? progress, CancellationToken cancellationToken)
    {
        // The same layer may stand in the stack more than once; it is read once.
        var distinct = layers.Select((l, i) => (Layer: l, Index: i)).GroupBy(l => (l.Layer.Offset, l.Layer.DiffId)).ToList();
        var tracker = new ProgressTracker(progress, distinct.Sum(g => g.First().Layer.Size), distinct.Count);
        var read = new ConcurrentDictionary<(long, Digest), (Layer Layer, LayerBlob Blob)>();
        var budget = new ReadBudget(options);
        ImageException? failure = null;
        // The biggest first, so that the last one to end is a small one. On threads of their own: a layer takes seconds,
        // and the pool's few threads are those that answer requests.
        var reading = Parallel.ForEachAsync(
            distinct.OrderByDescending(g => g.First().Layer.Size),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            (group, token) => new ValueTask(Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        var (layer, index) = group.First();
                        read[group.Key] = ReadLayer(archive, layer, index, budget, tracker.Add, token);
                        tracker.LayerDone();
                    }
                    catch (ImageException e)
                    {
                        Interlocked.CompareExchange(ref failure, e, null);
                        throw;
                    }
                },
                token,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch (Exception) when (failure is not null && !cancellationToken.IsCancellationRequested)
        {
            // The other layers were stopped because of it; their ends say nothing.
            ExceptionDispatchInfo.Throw(failure);
        }

        return [.. layers.Select(l => read[(l.Offset, l.DiffId)])];
    }

    private (Layer Layer, LayerBlob Blob) ReadLayer(
        ImageArchive archive, ArchiveLayer layer, int index, ReadBudget budget, Action<long> onBytes, CancellationToken cancellationToken)
    {
        if (layer.IsOpaque)
        {
            onBytes(layer.Size);
            return (new Layer(layer.DiffId, 0, 0, 0, new EntryList()) { ContentKnown = false },
                new LayerBlob(layer.Blob!.Value, layer.Size, layer.MediaType!, layer.Size, PullEstimated: false, []));
        }

        try
        {
            using var stream = archive.OpenLayer(layer);
            var result = new LayerReader(options, budget).Read(stream, layer.MediaType, onBytes, cancellationToken);
            Verify(layer, result.Layer, result.Blob);
            return result;
        }
        catch (ImageException e)
        {
            throw new ImageException(e.Code, $"Layer {index} ({layer.DiffId}): {e.Message}", e);
        }
    }

    private static void Verify(ArchiveLayer claimed, Layer layer, LayerBlob blob)
    {
        if (claimed.Blob is { } digest && digest != blob.Digest)
            throw new ImageException(
                ImageErrors.DigestMismatch, $"The blob {digest} has other content: its sha256 is {blob.Digest}.");
        if (claimed.DiffId != layer.DiffId)
            throw new ImageException(
                ImageErrors.DigestMismatch,
                $"The layer unpacks to {layer.DiffId}, but the config says {claimed.DiffId}. The archive is damaged or was altered.");
    }
}
