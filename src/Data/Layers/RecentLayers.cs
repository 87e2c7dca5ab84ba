using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Data.Layers;

/// <summary>
/// What was read or loaded last, within a budget of bytes: the next tag of an image, and its first look at it, need not ask the
/// database for layers that were just there. What a diffID unpacks to never changes, so nothing in here gets old.
/// </summary>
/// <param name="budget">In bytes; 0 keeps nothing.</param>
public sealed class RecentLayers(long budget)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string DiffId, int Version), LinkedListNode<Kept>> kept = [];
    private readonly LinkedList<Kept> byUse = new();
    private long bytes;

    internal EntryList? Entries(string diffId, int version) => Find(diffId, version)?.Entries;

    /// <summary>Null also when the layer was loaded without them.</summary>
    internal IReadOnlyList<Capture>? Captures(string diffId, int version) => Find(diffId, version)?.Captures;

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
        lock (gate)
        {
            if (kept.TryGetValue((diffId, version), out var known))
            {
                if (captures is null || known.Value.Captures is not null)
                    return;
                Remove(known);
            }

            kept.Add((diffId, version), byUse.AddFirst(new Kept((diffId, version), entries, captures, size)));
            bytes += size;
            while (bytes > budget)
                Remove(byUse.Last!);
        }
    }

    private Kept? Find(string diffId, int version)
    {
        lock (gate)
        {
            if (!kept.TryGetValue((diffId, version), out var node))
                return null;
            byUse.Remove(node);
            byUse.AddFirst(node);
            return node.Value;
        }
    }

    private void Remove(LinkedListNode<Kept> node)
    {
        byUse.Remove(node);
        kept.Remove(node.Value.Key);
        bytes -= node.Value.Bytes;
    }

    private sealed record Kept((string DiffId, int Version) Key, EntryList Entries, IReadOnlyList<Capture>? Captures, long Bytes);
}
