using ImageInsight.Analysis.Layers.Compression;

namespace ImageInsight.Analysis.Layers;

/// <summary>
/// Shares the blob's bytes among the records by where the compressed stream stood at the start of each, so that the
/// shares and the tail add up to the blob exactly. Between two known points it goes straight.
/// </summary>
internal sealed class PullMeter
{
    private readonly List<long> positions = [];
    private readonly Queue<long> starts = new();
    private readonly Queue<StreamPoint> points = new();
    private StreamPoint from;

    /// <summary>A record starts here, or the last one ends; ascending.</summary>
    public void AddStart(long uncompressed)
    {
        starts.Enqueue(uncompressed);
        Resolve();
    }

    public void AddPoint(StreamPoint point)
    {
        points.Enqueue(point);
        Resolve();
    }

    /// <summary>No later start lies before this: points that only matter for earlier ones are dropped.</summary>
    public void Forget(long before)
    {
        while (starts.Count == 0 && points.TryPeek(out var point) && point.Uncompressed <= before)
            from = points.Dequeue();
    }

    /// <summary>Pull bytes between each start and the next; one fewer than there were starts.</summary>
    public long[] Shares(long uncompressed, long compressed)
    {
        AddPoint(new StreamPoint(uncompressed, compressed));
        while (starts.Count > 0)
        {
            starts.Dequeue();
            positions.Add(compressed);
        }

        var shares = new long[Math.Max(0, positions.Count - 1)];
        for (var i = 0; i < shares.Length; i++)
            shares[i] = positions[i + 1] - positions[i];
        return shares;
    }

    private void Resolve()
    {
        while (starts.TryPeek(out var start) && points.TryPeek(out var to))
        {
            if (start > to.Uncompressed)
            {
                from = points.Dequeue();
                continue;
            }

            starts.Dequeue();
            positions.Add(Between(from, to, start));
        }
    }

    private static long Between(StreamPoint a, StreamPoint b, long at) =>
        b.Uncompressed == a.Uncompressed
            ? b.Compressed
            : a.Compressed + (long)(
                (double)(b.Compressed - a.Compressed) * (at - a.Uncompressed) / (b.Uncompressed - a.Uncompressed));
}
