namespace ImageInsight.Data.Layers;

/// <summary>What is stored of a layer is damaged: cut off, altered, or of another program.</summary>
public sealed class StoredLayerException : Exception
{
    internal StoredLayerException(long layerId, string diffId, string what, Exception? inner)
        : base($"What is stored of the layer {diffId} is damaged: {what}", inner) =>
        (LayerId, DiffId) = (layerId, diffId);

    internal StoredLayerException(StoredLayerException damage, Guid? readAgain)
        : base(
            damage.Message + (readAgain is null
                ? " Its bytes are no longer here: upload, push or pull the image again, and this one is whole, too."
                : $" The image is read again as analysis {readAgain}; once that is done, this one is whole, too."),
            damage) =>
        (LayerId, DiffId, ReadAgain) = (damage.LayerId, damage.DiffId, readAgain);

    public string DiffId { get; }

    /// <summary>The analysis that reads the image again; null while nobody has asked, or when the bytes are
    /// gone.</summary>
    public Guid? ReadAgain { get; }

    internal long LayerId { get; }
}
