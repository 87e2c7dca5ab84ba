using ImageInsight.Analysis.Layers.Captures;

namespace ImageInsight.Analysis.Layers;

/// <summary>What the layers of one image may cost together; they are read at the same time.</summary>
internal sealed class ReadBudget(AnalysisOptions options, WorkBudget work)
{
    private long tarBytes;
    private long entries;
    private long nameBytes;
    private long implied;
    private long captureBytes;
    private long unpacked;
    private long packed;

    public ReadBudget(AnalysisOptions options, CancellationToken cancellationToken)
        : this(options, new WorkBudget(options, cancellationToken))
    {
    }

    public WorkBudget Work => work;

    /// <summary>For the one layer that holds a body of many megabytes. Nobody waits on a handle of it.</summary>
    public SemaphoreSlim LargeBodies { get; } = new(1, 1);

    public void AddTarBytes(long bytes)
    {
        work.Token.ThrowIfCancellationRequested();
        if (Interlocked.Add(ref tarBytes, bytes) > options.MaxImageBytes)
            throw Caps.Exceeded(
                $"The image's layers unpack to more than {options.MaxImageBytes} bytes", nameof(options.MaxImageBytes));
    }

    /// <summary>
    /// Of compressed layers: what all of them gave out, and from how many bytes. One allowance for an image, or a
    /// thousand small bombs have one each.
    /// </summary>
    public (long Unpacked, long Packed) AddUnpacked(long unpackedNow, long packedNow)
    {
        // In this order: what was read counts before what came of it.
        var from = Interlocked.Add(ref packed, packedNow);
        return (Interlocked.Add(ref unpacked, unpackedNow), from);
    }

    /// <summary>A directory that is only named by what is in it.</summary>
    public void AddImplied()
    {
        if (Interlocked.Increment(ref implied) > options.MaxImpliedDirectories)
            throw Caps.Exceeded(
                $"The image has more than {options.MaxImpliedDirectories} directories without a record of their own",
                nameof(options.MaxImpliedDirectories));
    }

    public void AddEntry(int names) => Add(1, names);

    /// <summary>A layer that need not be read takes room all the same.</summary>
    /// <returns>The layer, without its captures when there is no room for them.</returns>
    public Layer AddKnown(Layer layer)
    {
        AddTarBytes(layer.TarBytes);
        Add(layer.Entries.Count, layer.Entries.NameBytes);
        return TakeCapture(layer.Captures.Sum(c => (long)c.Bytes.Length))
            ? layer
            : layer with
            {
                Captures =
            [
                .. layer.Captures.Select(c => new Capture(c.Ordinal, CaptureKind.Omitted, []))
            ],
                CapturesWhole = false
            };
    }

    private void Add(int count, long names)
    {
        if (Interlocked.Add(ref entries, count) > options.MaxEntries)
            throw Caps.Exceeded($"The image has more than {options.MaxEntries} entries", nameof(options.MaxEntries));
        if (Interlocked.Add(ref nameBytes, names) > options.MaxNameBytes)
            throw Caps.Exceeded(
                $"The image's names have more than {options.MaxNameBytes} bytes", nameof(options.MaxNameBytes));
    }

    /// <summary>False once the image's captures are as many bytes as they may be.</summary>
    public bool TakeCapture(long bytes)
    {
        if (Interlocked.Add(ref captureBytes, bytes) <= options.MaxCaptureBytes && work.TryHold(bytes))
            return true;
        Interlocked.Add(ref captureBytes, -bytes);
        return false;
    }
}
