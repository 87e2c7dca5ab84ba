namespace ImageInsight.Analysis.Sources.Reading;

/// <summary>Adds up what several layers report at the same time.</summary>
internal sealed class ProgressTracker(IProgress<AnalysisProgress>? progress, long[] sizes)
{
    /// <summary>Reads come in pieces of a few kilobytes; nobody wants to hear of each.</summary>
    private const long Step = 4 << 20;

    private readonly long total = sizes.Sum();
    private readonly long[] done = new long[sizes.Length];
    private readonly bool[] known = new bool[sizes.Length];
    private long bytes;
    private int layers;

    /// <param name="layer">Its number among those that are read.</param>
    public void Add(int layer, long read)
    {
        Interlocked.Add(ref done[layer], read);
        var after = Interlocked.Add(ref bytes, read);
        if (after / Step != (after - read) / Step)
            Report();
    }

    public void LayerDone(int layer)
    {
        // A source may state another size than it gives; what is done is done.
        var before = Interlocked.Exchange(ref done[layer], sizes[layer]);
        Interlocked.Add(ref bytes, sizes[layer] - before);
        Interlocked.Increment(ref layers);
        Report();
    }

    public void LayerKnown(int layer)
    {
        known[layer] = true;
        LayerDone(layer);
    }

    private void Report() =>
        progress?.Report(new AnalysisProgress(
            Math.Min(Interlocked.Read(ref bytes), total), total, Volatile.Read(ref layers), sizes.Length)
        {
            Layers = [.. sizes.Select((
                size, i) => new LayerProgress(Math.Min(Interlocked.Read(ref done[i]), size), size, known[i]))],
        });
}
