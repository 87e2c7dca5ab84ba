using System.Text;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Bodies of a layer that nobody wants by the names they came with, held until it is known what hard links call them.
/// </summary>
internal sealed class LinkedBodies(WorkBudget work) : IDisposable
{
    /// <summary>Manifests of 20,000 modules; what comes after is left out.</summary>
    private const long MaxBytes = 48 << 20;

    /// <summary>As many links one after the other as a tree follows that stand before each other.</summary>
    private const int MaxChain = 4;

    /// <summary>What one takes beside its bytes.</summary>
    private const int BytesEach = 100;

    private readonly Dictionary<int, byte[]> bodies = [];
    private byte[]? body;
    private int length;
    private long held;

    /// <returns>False when there is no room: it is left out.</returns>
    public bool TryStart(int size)
    {
        if (held + size + BytesEach > MaxBytes || !work.TryHold(size + BytesEach))
            return false;
        held += size + BytesEach;
        (body, length) = (GC.AllocateUninitializedArray<byte>(size), 0);
        return true;
    }

    public void Append(ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(body.AsSpan(length));
        length += piece.Length;
    }

    public void Finish(int ordinal)
    {
        if (body is not null && length == body.Length)
            bodies[ordinal] = body;
        body = null;
    }

    /// <summary>
    /// Each body that a link gives a wanted name, once: whose entry it is, the name and the body. A link may stand
    /// before the file, and lead to another link.
    /// </summary>
    public IEnumerable<(int Ordinal, byte[] Name, byte[] Body)> Named(EntryList entries, WantedFiles files)
    {
        if (bodies.Count == 0)
            yield break;
        var links = new List<int>();
        for (var i = 0; i < entries.Count; i++)
            if (entries.Kind(i) == EntryKind.HardLink)
                links.Add(i);
        work.Spend(entries.Count);
        if (links.Count == 0)
            yield break;
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var ordinal in bodies.Keys)
            known[Encoding.Latin1.GetString(PathOf(entries, ordinal))] = ordinal;
        for (var round = 0; round < MaxChain && links.Count > 0; round++)
        {
            var waiting = new List<int>();
            foreach (var link in links)
            {
                work.Spend(1);
                if (!known.TryGetValue(Encoding.Latin1.GetString(entries.LinkTarget(link)), out var ordinal))
                {
                    waiting.Add(link);
                    continue;
                }

                var name = PathOf(entries, link);
                known.TryAdd(Encoding.Latin1.GetString(name), ordinal);
                if (bodies.TryGetValue(ordinal, out var bytes)
                    && files.Find(name, bytes.Length, bytes, out _) is not null)
                {
                    bodies.Remove(ordinal);
                    yield return (ordinal, name, bytes);
                }
            }

            links = waiting;
        }
    }

    public void Dispose()
    {
        work.Release(held);
        held = 0;
        bodies.Clear();
    }

    private byte[] PathOf(EntryList entries, int ordinal)
    {
        var size = -1;
        for (var at = ordinal; at >= 0; at = entries.Parent(at))
            size += entries.Name(at).Length + 1;
        work.Spend(size + 1);
        var path = new byte[size];
        for (var at = ordinal; at >= 0; at = entries.Parent(at))
        {
            var name = entries.Name(at);
            size -= name.Length;
            name.CopyTo(path.AsSpan(size));
            if (--size >= 0)
                path[size] = (byte)'/';
        }

        return path;
    }
}
