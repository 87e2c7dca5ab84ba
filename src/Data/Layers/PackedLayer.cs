using ImageInsight.Analysis.Layers;
using ImageInsight.Data.Layers.Packing;

namespace ImageInsight.Data.Layers;

/// <summary>
/// A layer and a form of it, packed when asked for: outside of the transaction, which is short then. What is packed
/// takes about a third of the memory that the entries do.
/// </summary>
internal sealed class PackedLayer(Layer layer, LayerBlob blob)
{
    private IReadOnlyList<byte[]>? entries;
    private IReadOnlyList<byte[]>? captures;
    private IReadOnlyList<byte[]>? shares;

    public Layer Layer => layer;

    public LayerBlob Blob => blob;

    public string DiffId { get; } = layer.DiffId.ToString();

    public string Digest { get; } = blob.Digest.ToString();

    public string MediaType { get; } = Rows.StoredText.Fit(blob.MediaType, 255);

    public IReadOnlyList<byte[]> Entries(CancellationToken cancellationToken) =>
        entries ??= EntryPacker.Pack(layer.Entries, DiffId, cancellationToken);

    public IReadOnlyList<byte[]> Captures(CancellationToken cancellationToken) =>
        captures ??= PackedCaptures.Pack(layer.Captures, DiffId, cancellationToken);

    public IReadOnlyList<byte[]> Shares(CancellationToken cancellationToken) =>
        shares ??= PackedShares.Pack(blob.Shares, Digest, cancellationToken);

    /// <summary>On a thread that may be busy with it.</summary>
    public Task PackAsync(bool withLayer, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            Shares(cancellationToken);
            if (!withLayer)
                return;
            Entries(cancellationToken);
            Captures(cancellationToken);
        },
        cancellationToken);
}
