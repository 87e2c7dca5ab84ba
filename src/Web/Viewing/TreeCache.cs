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
    public Task<FileTree?> GetAsync(Guid analysisId, CancellationToken cancellationToken)
    {
        Entry entry;
        lock (gate)
        {
            if (entries.TryGetValue(analysisId, out var node))
            {
                byUse.Remove(node);
            }
            else
            {
                node = new LinkedListNode<Entry>(new Entry(analysisId));
                entries.Add(analysisId, node);
                // Not the caller's token: others may be waiting for the same tree.
                node.Value.Load = Task.Run(() => LoadAsync(node.Value), CancellationToken.None);
            }

            byUse.AddFirst(node);
            entry = node.Value;
        }

        return entry.Load.WaitAsync(cancellationToken);
    }

    private async Task<FileTree?> LoadAsync(Entry entry)
    {
        try
        {
            var tree = await store.LoadTreeAsync(entry.Id, CancellationToken.None);
            Account(entry, tree);
            return tree;
        }
        catch
        {
            Account(entry, null);
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
            // Deleted meanwhile, and perhaps asked for again.
            if (!entries.TryGetValue(entry.Id, out var node) || node.Value != entry)
                return;
            if (tree is null)
            {
                // It may be done, or the database back, a moment later.
                Remove(entry.Id);
                return;
            }

            entry.Bytes = tree.MemoryBytes;
            bytes += entry.Bytes;
            // The one just asked for stays, whatever its size.
            while (bytes > settings.CacheBytes && byUse.Last is { } last && last.Value != entry)
                Remove(last.Value.Id);
        }
    }

    private sealed class Entry(Guid id)
    {
        public Guid Id { get; } = id;

        public Task<FileTree?> Load { get; set; } = Task.FromResult<FileTree?>(null);

        public long Bytes { get; set; }
    }
}
