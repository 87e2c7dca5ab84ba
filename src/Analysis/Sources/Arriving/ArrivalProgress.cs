using ImageInsight.Analysis.Sources.Reading;

namespace ImageInsight.Analysis.Sources.Arriving;

/// <summary>How much of each layer that was come upon is read.</summary>
internal sealed class ArrivalProgress
{
    private readonly Lock gate = new();
    private readonly List<Bar> bars = [];

    public AnalysisProgress Now
    {
        get
        {
            lock (gate)
                return new AnalysisProgress(
                    bars.Sum(b => b.Done), bars.Sum(b => b.Size), bars.Count(b => b.Ended), bars.Count)
                {
                    Layers = [.. bars.Select(b => new LayerProgress(b.Done, b.Size, Known: false))],
                };
        }
    }

    public Bar Add(long size)
    {
        var bar = new Bar(size);
        lock (gate)
            bars.Add(bar);
        return bar;
    }

    /// <summary>It was no layer.</summary>
    public void Remove(Bar bar)
    {
        lock (gate)
            bars.Remove(bar);
    }

    internal sealed class Bar(long size)
    {
        private long done;

        public long Size => size;

        public long Done => Math.Min(Interlocked.Read(ref done), size);

        public bool Ended { get; private set; }

        public void Add(long bytes) => Interlocked.Add(ref done, bytes);

        public void End()
        {
            Interlocked.Exchange(ref done, size);
            Ended = true;
        }
    }
}
