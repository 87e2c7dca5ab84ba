using ImageInsight.Analysis.FileSystem;
using ImageInsight.Data.Stores;
using ImageInsight.Web.Configuration;

namespace ImageInsight.Web.Viewing;

/// <summary>Merged trees of the analyses that were looked at last, within a budget of bytes. Each is loaded once at a time.</summary>
public sealed class TreeCache(AnalysisStore store, InsightSettings settings)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, LinkedListNode<Entry>> entries = [];
    private readonly LinkedList<Entry> byUse = new();
    private long bytes;

    /// <summary>Null when there is no such analysis or it is not done.</summary>
    public async Task<FileTree?> GetAsync(Guid analysisId, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (gate)
        {
            if (!entries.TryGetValue(analysisId, out var node))
            {
                // Not the caller's token: others may be waiting for the same tree.
                node = new LinkedListNode<Entry>(new Entry(analysisId, Task.Run(() => store.LoadTreeAsync(analysisId, CancellationToken.None), CancellationToken.None)));
                entries.Add(analysisId, node);
            }
            else
            {
                byUse.Remove(node);
            }

            byUse.AddFirst(node);
            entry = node.Value;
        }

        try
        {
            var tree = await entry.Load.WaitAsync(cancellationToken);
            Account(entry, tree);
            return tree;
        }
        catch (Exception) when (entry.Load.IsFaulted)
        {
            Remove(analysisId);
            throw;
        }
    }

    public void Remove(Guid analysisId)
    {
        lock (gate)
        {
            if (!entries.Remove(analysisId, out var node))
                return;
            byUse.Remove(node);
            bytes -= node.Value.Bytes;
        }
    }

    private void Account(Entry entry, FileTree? tree)
    {
        lock (gate)
        {
            if (tree is null)
            {
                // It may be done a moment later.
                Remove(entry.Id);
                return;
            }

            if (entry.Bytes == 0 && entries.ContainsKey(entry.Id))
            {
                entry.Bytes = tree.MemoryBytes;
                bytes += entry.Bytes;
            }

            // The one just asked for stays, whatever its size.
            while (bytes > settings.CacheBytes && byUse.Last is { } last && last.Value != entry)
                Remove(last.Value.Id);
        }
    }

    private sealed class Entry(Guid id, Task<FileTree?> load)
    {
        public Guid Id { get; } = id;

        public Task<FileTree?> Load { get; } = load;

        public long Bytes { get; set; }
    }
}
