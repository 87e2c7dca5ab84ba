namespace ImageInsight.Data;

/// <summary>
/// Values within a budget of bytes, the least recently used out first. The one just asked for or kept stays, whatever
/// its size; a key is loaded once at a time, however many ask for it. Why it is ours: docs/decisions/0015-one-cache.md.
/// </summary>
/// <param name="budget">In bytes.</param>
/// <param name="sizeOf">Asked once for each value.</param>
/// <param name="lifetime">How long a value is good for; null when it never gets old.</param>
public sealed class ByteCache<TKey, TValue>(
    long budget, Func<TValue, long> sizeOf, TimeSpan? lifetime = null, TimeProvider? time = null)
    where TKey : notnull
    where TValue : class
{
    private readonly TimeProvider clock = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> byUse = new();
    private long bytes;

    /// <summary>Of all values that are kept now.</summary>
    public long Bytes
    {
        get
        {
            lock (gate)
                return bytes;
        }
    }

    /// <summary>
    /// The value, loaded when it is not here. A load that fails or gives null is not kept: it may succeed a moment
    /// later.
    /// </summary>
    /// <param name="load">Not cancelled with the caller: others may be waiting for the same value.</param>
    public Task<TValue?> GetAsync(TKey key, Func<Task<TValue?>> load, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (gate)
        {
            DropLate();
            if (entries.TryGetValue(key, out var node))
            {
                Use(node);
                entry = node.Value;
            }
            else
            {
                entry = Add(new Entry(key));
                entry.Load = Task.Run(() => LoadAsync(entry, load), CancellationToken.None);
            }
        }

        return entry.Load.WaitAsync(cancellationToken);
    }

    /// <summary>Null while it is only being loaded, too.</summary>
    public TValue? Find(TKey key)
    {
        lock (gate)
        {
            DropLate();
            if (!entries.TryGetValue(key, out var node))
                return null;
            Use(node);
            return node.Value.Value;
        }
    }

    /// <summary>In place of what was kept, or is being loaded, under the same key.</summary>
    public void Keep(TKey key, TValue value)
    {
        var size = sizeOf(value);
        lock (gate)
        {
            DropLate();
            if (entries.TryGetValue(key, out var known))
                Drop(known);
            Settle(Add(new Entry(key) { Load = Task.FromResult<TValue?>(value) }), value, size);
        }
    }

    /// <summary>The value, which is no longer kept then.</summary>
    public TValue? Take(TKey key)
    {
        lock (gate)
        {
            DropLate();
            if (!entries.TryGetValue(key, out var node) || node.Value.Value is not { } value)
                return null;
            Drop(node);
            return value;
        }
    }

    /// <summary>A load under way still answers those who wait for it, but is not kept.</summary>
    public void Remove(TKey key)
    {
        lock (gate)
            if (entries.TryGetValue(key, out var node))
                Drop(node);
    }

    /// <summary>Lets go of the least recently used, the one kept last too, until no more than this is left.</summary>
    public void Trim(long most)
    {
        lock (gate)
        {
            DropLate();
            DropUntil(most, except: null);
        }
    }

    private async Task<TValue?> LoadAsync(Entry entry, Func<Task<TValue?>> load)
    {
        TValue? value = null;
        var size = 0L;
        try
        {
            value = await load().ConfigureAwait(false);
            size = value is null ? 0 : sizeOf(value);
            return value;
        }
        finally
        {
            lock (gate)
            {
                // Removed meanwhile, and perhaps asked for again?
                if (entries.TryGetValue(entry.Key, out var node) && node.Value == entry)
                {
                    if (value is null)
                        Drop(node);
                    else
                        Settle(entry, value, size);
                }
            }
        }
    }

    private Entry Add(Entry entry)
    {
        entries.Add(entry.Key, byUse.AddFirst(entry));
        return entry;
    }

    private void Use(LinkedListNode<Entry> node)
    {
        byUse.Remove(node);
        byUse.AddFirst(node);
    }

    private void Settle(Entry entry, TValue value, long size)
    {
        entry.Value = value;
        entry.Bytes = size;
        entry.KeptAt = clock.GetUtcNow();
        bytes += size;
        DropUntil(budget, except: entry);
    }

    private void DropUntil(long most, Entry? except)
    {
        for (var node = byUse.Last; node is not null && bytes > most;)
        {
            var last = node;
            node = node.Previous;
            if (last.Value != except && last.Value.Value is not null)
                Drop(last);
        }
    }

    private void DropLate()
    {
        if (lifetime is null)
            return;
        var oldest = clock.GetUtcNow() - lifetime;
        for (var node = byUse.First; node is not null;)
        {
            var next = node.Next;
            if (node.Value.Value is not null && node.Value.KeptAt < oldest)
                Drop(node);
            node = next;
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        byUse.Remove(node);
        entries.Remove(node.Value.Key);
        bytes -= node.Value.Bytes;
    }

    private sealed class Entry(TKey key)
    {
        public TKey Key { get; } = key;

        public Task<TValue?> Load { get; set; } = Task.FromResult<TValue?>(null);

        /// <summary>Null until it is loaded.</summary>
        public TValue? Value { get; set; }

        public long Bytes { get; set; }

        public DateTimeOffset KeptAt { get; set; }
    }
}
