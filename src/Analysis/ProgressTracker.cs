namespace ImageInsight.Analysis;

/// <summary>Adds up what several layers report at the same time.</summary>
internal sealed class ProgressTracker(IProgress<AnalysisProgress>? progress, long bytesTotal, int layersTotal)
{
    /// <summary>Reads come in pieces of a few kilobytes; nobody wants to hear of each.</summary>
    private const long Step = 4 << 20;

    private long bytes;
    private int layers;

    public void Add(long read)
    {
        var after = Interlocked.Add(ref bytes, read);
        if (after / Step != (after - read) / Step)
            Report();
    }

    public void LayerDone()
    {
        Interlocked.Increment(ref layers);
        Report();
    }

    private void Report() =>
        progress?.Report(new AnalysisProgress(
            Math.Min(Interlocked.Read(ref bytes), bytesTotal), bytesTotal, Volatile.Read(ref layers), layersTotal));
}
