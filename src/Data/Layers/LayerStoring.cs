using System.Threading.Channels;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Data.Layers;

/// <summary>
/// Stores the layers of one analysis, one after the other, while others of it are still read. What it does not come to,
/// or fails at, is stored when the analysis ends, and what then fails is said.
/// </summary>
public sealed class LayerStoring : IVerifiedLayers, IAsyncDisposable
{
    /// <summary>
    /// As many layers as an image may have. They are held by the analysis anyway, so that waiting costs no memory.
    /// </summary>
    private const int MostWaiting = 1024;

    private readonly Channel<(Layer Layer, LayerBlob Blob)> waiting =
        Channel.CreateBounded<(Layer, LayerBlob)>(MostWaiting);

    private readonly LayerWriter writer;
    private readonly CancellationTokenSource stop;
    private readonly Task running;

    internal LayerStoring(LayerWriter writer, CancellationToken cancellationToken)
    {
        this.writer = writer;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Never holds up who reads.</summary>
    public void Take(Layer layer, LayerBlob blob) => waiting.Writer.TryWrite((layer, blob));

    /// <summary>Waits until what was taken is stored.</summary>
    public async Task FinishAsync()
    {
        waiting.Writer.TryComplete();
        await running.ConfigureAwait(false);
        stop.Token.ThrowIfCancellationRequested();
    }

    /// <summary>Ends in the middle of a layer, which is then not stored.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        waiting.Writer.TryComplete();
        await running.ConfigureAwait(false);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (layer, blob) in waiting.Reader.ReadAllAsync(stop.Token).ConfigureAwait(false))
                await writer.StoreAsync(layer, blob, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the rest.
        }
        catch (Exception e) when (e is System.Data.Common.DbException
            or Microsoft.EntityFrameworkCore.DbUpdateException or InvalidOperationException or TimeoutException)
        {
            // The database is away, or full. The end of the analysis waits for it, or meets the same and says so.
        }
        finally
        {
            waiting.Writer.TryComplete();
        }
    }
}
