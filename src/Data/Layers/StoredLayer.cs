namespace ImageInsight.Data.Layers;

/// <summary>Where a layer and the form in which it arrived are stored.</summary>
internal sealed record StoredLayer(long LayerId, long BlobId);
