using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Sources.Reading;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Sources.Arriving;

/// <summary>
/// Reads the layers of an archive, or a blob that may be a layer, while it still arrives. Which files of an archive are
/// layers stands in a manifest that may come last, so whatever begins as a tar is read as one. It only saves time:
/// what it cannot read is left to the analysis, which says what is wrong.
/// </summary>
public sealed class ArrivalReader
{
    /// <summary>Files that begin as a layer and are none; an image's archive has none of them.</summary>
    private const int MaxOthers = 50;

    private readonly AnalysisOptions options;
    private readonly WantedFiles wanted;
    private readonly IVerifiedLayers verified;
    private readonly ReadBudget budget;
    private readonly CancellationToken cancellationToken;
    private readonly ArrivalProgress progress = new();
    private readonly Lock gate = new();
    private readonly List<ArrivedLayer> layers = [];
    private readonly List<Task> running = [];
    private int others;
    private volatile bool gaveUp;

    internal ArrivalReader(
        AnalysisOptions options, WantedFiles wanted, IVerifiedLayers verified, CancellationToken cancellationToken)
    {
        this.options = options;
        this.wanted = wanted;
        this.verified = verified;
        this.cancellationToken = cancellationToken;
        budget = new ReadBudget(options, cancellationToken);
    }

    /// <summary>Those that are read by now.</summary>
    public IReadOnlyList<ArrivedLayer> Layers
    {
        get
        {
            lock (gate)
                return [.. layers];
        }
    }

    /// <summary>Of the layers that were come upon by now.</summary>
    public AnalysisProgress Progress => progress.Now;

    /// <summary>
    /// Of an archive that is compressed as a whole: it without that, once all of it is there.
    /// </summary>
    public SafeFileHandle? Unpacked { get; private set; }

    /// <summary>Ends when all that can be read is, or when it gives up; fails only when it is told to stop.</summary>
    /// <param name="scratch">Makes a file that an archive which is compressed as a whole is unpacked to.</param>
    public Task ReadArchiveAsync(GrowingFile file, Func<SafeFileHandle> scratch) => Follow(
        file,
        () =>
        {
            if (KindAt(file, 0) == CompressionKind.None)
                Walk(file);
            else
                Unpack(file, scratch);
        });

    /// <summary>The same of one blob.</summary>
    public Task ReadBlobAsync(GrowingFile file) => Follow(
        file,
        () =>
        {
            if (IsLayer(file, 0))
                ReadLayer(file, 0, long.MaxValue, slots: null);
        });

    private async Task Follow(GrowingFile file, Action read)
    {
        await using var wake = cancellationToken.UnsafeRegister(f => ((GrowingFile)f!).Wake(), file);
        await OnThread(read).ConfigureAwait(false);
        Task[] left;
        lock (gate)
            left = [.. running];
        await Task.WhenAll(left).ConfigureAwait(false);
    }

    /// <summary>It waits for bytes most of the time, and the pool's threads are those that answer requests.</summary>
    private Task OnThread(Action read) => Task.Factory.StartNew(
        () =>
        {
            try
            {
                read();
            }
            catch (ImageException)
            {
                // The analysis comes upon it too, and says so.
                gaveUp = true;
            }
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private void Walk(GrowingFile file)
    {
        // Of so few, nobody waits on a handle.
        var slots = new SemaphoreSlim(options.Parallelism);
        var reader = new TarReader(
            new FileInput(new GrowingSlice(file, 0, long.MaxValue, cancellationToken)), options);
        for (var files = 0; !gaveUp && files < options.MaxArchiveFiles && reader.MoveNext(); files++)
        {
            var (entry, start) = (reader.Entry, reader.BodyStart);
            if (entry.Kind != EntryKind.File || entry.Sparse || entry.StoredSize == 0
                || !IsLayer(file, start))
                continue;
            var size = entry.StoredSize;
            slots.Wait(cancellationToken);
            var task = OnThread(() => ReadLayer(file, start, size, slots));
            lock (gate)
            {
                running.RemoveAll(t => t.IsCompletedSuccessfully);
                running.Add(task);
            }
        }
    }

    private void ReadLayer(GrowingFile file, long start, long size, SemaphoreSlim? slots)
    {
        var bar = progress.Add(size);
        try
        {
            using var stream = new GrowingSlice(file, start, size, cancellationToken);
            var (layer, blob) = new LayerReader(options, budget, wanted).Read(
                stream, mediaType: null, bar.Add, cancellationToken);
            bar.End();
            verified.Take(layer, blob);
            lock (gate)
                layers.Add(new ArrivedLayer(start, blob.Size, layer.DiffId, blob.Digest));
        }
        catch (ImageException e)
        {
            progress.Remove(bar);
            // The caps are those of one image; an archive of several is for the analysis to judge.
            gaveUp |= e.Code == ImageErrors.LimitExceeded || Interlocked.Increment(ref others) >= MaxOthers;
        }
        finally
        {
            slots?.Release();
        }
    }

    /// <summary>To a file of its own, whose layers are read while it grows.</summary>
    private void Unpack(GrowingFile file, Func<SafeFileHandle> scratch)
    {
        using var packed = new GrowingSlice(file, 0, long.MaxValue, cancellationToken);
        using var bytes = LayerBytes.OfArchive(packed, options, budget.Work);
        var target = scratch();
        using var unpacked = new GrowingFile();
        using var wake = cancellationToken.UnsafeRegister(f => ((GrowingFile)f!).Wake(), unpacked);
        unpacked.Attach(target);
        var walking = OnThread(() => Walk(unpacked));
        var whole = false;
        try
        {
            ArchiveScratch.Write(bytes, target, unpacked.Advance, cancellationToken);
            whole = true;
        }
        finally
        {
            // Also when it is damaged: who reads it must not wait for more.
            unpacked.Complete();
            WaitForReaders(walking);
            if (whole)
                Unpacked = target;
            else
                target.Dispose();
        }
    }

    private void WaitForReaders(Task walking)
    {
        walking.GetAwaiter().GetResult();
        Task[] left;
        lock (gate)
            left = [.. running];
        Task.WhenAll(left).GetAwaiter().GetResult();
    }

    private CompressionKind KindAt(GrowingFile file, long offset)
    {
        Span<byte> head = stackalloc byte[Magic.Length];
        return Magic.Detect(head[..ReadAt(file, offset, head)]);
    }

    private bool IsLayer(GrowingFile file, long offset)
    {
        Span<byte> head = stackalloc byte[TarBlock.Size];
        head = head[..ReadAt(file, offset, head)];
        return Magic.Detect(head) != CompressionKind.None
            || (head.Length == TarBlock.Size && TarBlock.HasValidSum(head) && !TarBlock.IsZero(head));
    }

    private int ReadAt(GrowingFile file, long offset, Span<byte> into)
    {
        using var stream = new GrowingSlice(file, offset, into.Length, cancellationToken);
        return stream.ReadAtLeast(into, into.Length, throwOnEndOfStream: false);
    }
}
