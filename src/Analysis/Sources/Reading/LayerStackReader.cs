using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Sources.Reading;

/// <summary>Reads the layers of one image, several at a time and each once; known ones are not read at all.</summary>
internal sealed class LayerStackReader(
    ILayerSource source,
    IKnownLayers? known,
    AnalysisOptions options,
    WantedFiles wanted,
    IProgress<AnalysisProgress>? progress,
    WorkBudget work)
{
    private readonly ReadBudget budget = new(options, work);
    private readonly ConcurrentDictionary<Place, (Layer Layer, LayerBlob Blob)> read = new();
    private ImageException? failure;

    /// <summary>Gets each layer that was read, at once.</summary>
    public IVerifiedLayers? Verified { get; init; }

    /// <summary>
    /// A class: code for lists and loops of those is there before this program starts, that for tuples is not.
    /// </summary>
    private sealed record Distinct(SourceLayer Layer, int Index, int Bar);

    /// <summary>What makes two places in the stack the same layer of the source.</summary>
    private readonly record struct Place(long Offset, Digest DiffId, Digest? Blob);

    public async Task<(Layer Layer, LayerBlob Blob)[]> ReadAsync(
        IReadOnlyList<SourceLayer> layers, CancellationToken cancellationToken)
    {
        var distinct = new List<Distinct>();
        var places = new HashSet<Place>();
        for (var i = 0; i < layers.Count; i++)
            if (places.Add(PlaceOf(layers[i])))
                distinct.Add(new Distinct(layers[i], i, distinct.Count));
        var tracker = new ProgressTracker(progress, [.. distinct.Select(l => l.Layer.Size)]);
        await Parallel.ForEachAsync(
            distinct,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            async (item, token) =>
            {
                if (await FindKnownAsync(item.Layer, token).ConfigureAwait(false) is not { } found)
                    return;
                read[PlaceOf(item.Layer)] = found;
                if (item.Layer.Arrived)
                    tracker.LayerDone(item.Bar);
                else
                    tracker.LayerKnown(item.Bar);
            }).ConfigureAwait(false);
        await ReadAllAsync(distinct.FindAll(l => !read.ContainsKey(PlaceOf(l.Layer))), tracker, cancellationToken)
            .ConfigureAwait(false);
        return [.. layers.Select(l => read[PlaceOf(l)])];
    }

    private static Place PlaceOf(SourceLayer layer) => new(layer.Offset, layer.DiffId, layer.Blob);

    private async Task<(Layer Layer, LayerBlob Blob)?> FindKnownAsync(
        SourceLayer layer, CancellationToken cancellationToken)
    {
        if (known is null || layer.IsOpaque || layer.KnownAs is not { } blob
            || await known.FindAsync(layer.DiffId, blob, cancellationToken).ConfigureAwait(false) is not { } found)
            return null;
        CheckSize(layer, found.Blob);
        return (budget.AddKnown(found.Layer), found.Blob with { MediaType = layer.MediaType ?? found.Blob.MediaType });
    }

    private async Task ReadAllAsync(
        List<Distinct> layers, ProgressTracker tracker, CancellationToken cancellationToken)
    {
        // The biggest first, so that the last one to end is a small one. On threads of their own: a layer takes
        // seconds, and the pool's few threads are those that answer requests.
        var reading = Parallel.ForEachAsync(
            layers.OrderByDescending(l => l.Layer.Size),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = cancellationToken },
            (item, token) => new ValueTask(Task.Factory.StartNew(
                () =>
                {
                    try
                    {
                        read[PlaceOf(item.Layer)] = Read(
                            item.Layer, item.Index, bytes => tracker.Add(item.Bar, bytes), token);
                        tracker.LayerDone(item.Bar);
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
    }

    private (Layer Layer, LayerBlob Blob) Read(
        SourceLayer layer, int index, Action<long> onBytes, CancellationToken cancellationToken)
    {
        if (layer.IsOpaque)
        {
            onBytes(layer.Size);
            return (new Layer(layer.DiffId, 0, 0, 0, new EntryList()) { ContentKnown = false },
                new LayerBlob(layer.Blob!.Value, layer.Size, layer.MediaType!, layer.Size, PullEstimated: false, []));
        }

        try
        {
            using var stream = source.OpenLayer(layer, cancellationToken);
            var result = new LayerReader(options, budget, wanted).Read(
                stream, layer.MediaType, onBytes, cancellationToken);
            Verify(layer, result.Layer, result.Blob);
            Verified?.Take(result.Layer, result.Blob);
            return result;
        }
        catch (ImageException e)
        {
            throw new ImageException(e.Code, $"Layer {index} ({layer.DiffId}): {e.Message}", e) { Option = e.Option };
        }
    }

    private static void Verify(SourceLayer claimed, Layer layer, LayerBlob blob)
    {
        if (claimed.Blob is { } digest && digest != blob.Digest)
            throw new ImageException(
                ImageErrors.DigestMismatch, $"The blob {digest} has other content: its sha256 is {blob.Digest}.");
        CheckSize(claimed, blob);
        if (claimed.DiffId != layer.DiffId)
            throw new ImageException(
                ImageErrors.DigestMismatch,
                $"The layer unpacks to {layer.DiffId}, but the config says {claimed.DiffId}. The image is damaged or "
                    + "was altered.");
    }

    private static void CheckSize(SourceLayer claimed, LayerBlob blob)
    {
        if (claimed.Size != blob.Size)
            throw new ImageException(
                ImageErrors.ManifestContradictory,
                $"The blob {blob.Digest} has {blob.Size} bytes, its descriptor says {claimed.Size}.");
    }
}
