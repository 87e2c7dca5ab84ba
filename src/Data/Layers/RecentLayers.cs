using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Data.Layers;

/// <summary>
/// What was read or loaded last, within a budget of bytes: the next tag of an image, and its first look at it, need not
/// ask the database for layers that were just there. What a diffID unpacks to never changes, so nothing in here gets
/// old.
/// </summary>
/// <param name="budget">In bytes; 0 keeps nothing, and what is bigger alone is not kept at the cost of all
/// else.</param>
public sealed class RecentLayers(long budget)
{
    private readonly ByteCache<(string DiffId, int Version), Kept> kept = new(budget, k => k.Bytes);

    /// <summary>Lets go of those used least recently until they are within some bytes.</summary>
    public void Trim(long most) => kept.Trim(most);

    internal EntryList? Entries(string diffId, int version) => kept.Find((diffId, version))?.Entries;

    /// <summary>Null also when the layer was loaded without them.</summary>
    internal IReadOnlyList<Capture>? Captures(string diffId, int version) => kept.Find((diffId, version))?.Captures;

    internal void Keep(Layer layer)
    {
        if (layer.ContentKnown)
            Keep(layer.DiffId.ToString(), layer.StoredVersion, layer.Entries, layer.Captures);
    }

    internal void Keep(string diffId, int version, EntryList entries, IReadOnlyList<Capture>? captures)
    {
        var size = entries.MemoryBytes + (captures?.Sum(c => c.Bytes.Length + 40L) ?? 0);
        if (size > budget)
            return;
        var known = kept.Find((diffId, version));
        if (known is null || (captures is not null && known.Captures is null))
            kept.Keep((diffId, version), new Kept(entries, captures, size));
    }

    private sealed record Kept(EntryList Entries, IReadOnlyList<Capture>? Captures, long Bytes);
}
