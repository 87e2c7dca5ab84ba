using ImageInsight.Analysis;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Sources.Arriving;
using ImageInsight.Analysis.Sources.Reading;
using ImageInsight.Data.Layers;
using ImageInsight.Data.Queue;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Web.Reading.OnArrival;

/// <summary>
/// Reads the layers of what arrives, stores them, and holds them for the analysis that is about to ask. It saves time
/// and decides nothing: whatever it does not come to, the analysis reads.
/// </summary>
internal sealed class ArrivalReading : IVerifiedLayers, IKnownLayers, IAsyncDisposable
{
    private readonly CancellationTokenSource stop;
    private readonly ArrivalReader reader;
    private readonly Lock gate = new();
    private Dictionary<(Digest DiffId, Digest Blob), (Layer Layer, LayerBlob Blob)>? held = [];
    private IKnownLayers? next;

    public ArrivalReading(AnalysisQueue queue, AnalysisOptions limits, CancellationToken stopping)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Storing = queue.StoreLayers(stopping);
        reader = ImageAnalyzer.ReadOnArrival(limits, this, stop.Token);
    }

    /// <summary>Of what was read; ends with this.</summary>
    public LayerStoring Storing { get; }

    /// <summary>Ends when all is read that can be.</summary>
    public Task Done { get; private set; } = Task.CompletedTask;

    public IReadOnlyList<ArrivedLayer> Layers => reader.Layers;

    public AnalysisProgress Progress => reader.Progress;

    /// <summary>Of an archive that is compressed as a whole; whoever opens it owns it.</summary>
    public SafeFileHandle? Unpacked => reader.Unpacked;

    public void ReadArchive(GrowingFile file, string scratchDirectory) =>
        Done = reader.ReadArchiveAsync(file, () => ArchiveScratch.Create(scratchDirectory));

    public void ReadBlob(GrowingFile file) => Done = reader.ReadBlobAsync(file);

    public void Take(Layer layer, LayerBlob blob)
    {
        lock (gate)
            held?.TryAdd((layer.DiffId, blob.Digest), (layer, blob));
        Storing.Take(layer, blob);
    }

    /// <summary>The memory is wanted; what was held is stored, or about to be.</summary>
    public void LetGo()
    {
        lock (gate)
            held = null;
    }

    /// <summary>Asks what is held here, then others.</summary>
    public IKnownLayers Before(IKnownLayers? others)
    {
        next = others;
        return this;
    }

    public Task<(Layer Layer, LayerBlob Blob)?> FindAsync(
        Digest diffId, Digest blob, CancellationToken cancellationToken)
    {
        lock (gate)
            // With what was left out of it for want of room another reading may have better luck.
            if (held is not null && held.TryGetValue((diffId, blob), out var found) && found.Layer.CapturesWhole)
                return Task.FromResult<(Layer, LayerBlob)?>(found);
        return next?.FindAsync(diffId, blob, cancellationToken) ?? Task.FromResult<(Layer, LayerBlob)?>(null);
    }

    public Task StopAsync() => stop.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Storing.DisposeAsync();
        Unpacked?.Dispose();
        LetGo();
        stop.Dispose();
    }
}
