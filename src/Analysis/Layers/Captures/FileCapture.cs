using System.Buffers;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Keeps what is wanted of the files of one layer while they stream by. What it cannot keep it leaves out, and it fails
/// only when the image's budget of work is spent.
/// </summary>
internal sealed class FileCapture(AnalysisOptions options, ReadBudget budget, WantedFiles files) : IDisposable
{
    /// <summary>Not worth to be counted: each layer has one at a time.</summary>
    private const int SmallBytes = 1 << 20;

    /// <summary>One that is bigger is read by one layer at a time, as most of an image's memory goes to it.</summary>
    private const int LargeBytes = 16 << 20;

    /// <summary>What a capture takes beside its bytes.</summary>
    private const int BytesEach = 80;

    private readonly List<Capture> captures = [];
    private readonly LinkedBodies linked = new(budget.Work);

    // Of the file at hand.
    private WantedFile? wanted;
    private bool omitted;
    private IBodyWindow? window;
    private byte[] buffer = [];
    private int length;
    private long held;
    private bool isLarge;
    private byte[] path = [];
    private int pathLength;

    private long layerBytes;

    public IReadOnlyList<Capture> Captures => captures;

    /// <summary>
    /// False when something was left out because of the image's other layers, so that the layer alone does not tell
    /// what was kept.
    /// </summary>
    public bool Whole { get; private set; } = true;

    /// <summary>True when the body is to be given to <see cref="Append"/>.</summary>
    /// <param name="path">As the tar states it.</param>
    /// <param name="start">The first piece of the body.</param>
    public bool Start(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> start)
    {
        var limit = 0;
        wanted = size == 0 ? null : files.Find(path, size, start, out limit);
        if (wanted is null)
            return size > 0 && files.MayBeLinked(size, start) && linked.TryStart((int)size);
        Hold(wanted, path, size, limit);
        return !omitted;
    }

    public void Append(ReadOnlySpan<byte> piece)
    {
        if (wanted is null)
        {
            linked.Append(piece);
            return;
        }

        if (window is not null)
        {
            window.Append(piece);
            return;
        }

        piece.CopyTo(buffer.AsSpan(length));
        length += piece.Length;
    }

    /// <summary>When the body has ended and its entry has its ordinal.</summary>
    public void Finish(int ordinal)
    {
        if (wanted is null)
        {
            linked.Finish(ordinal);
            return;
        }

        var bytes = omitted ? null
            : window is not null ? window.Keep()
            : wanted.Keep(path.AsSpan(0, pathLength), buffer, length, budget.Work);
        if (bytes is not null && Takes(bytes.Length))
            Add(new Capture(ordinal, wanted.KeptAs, bytes));
        else if (omitted || bytes is not null ? wanted.NotesOmitted : wanted.NotesUnreadable)
            Add(new Capture(ordinal, CaptureKind.Omitted, []));
        LetGo();
    }

    /// <summary>When the layer has ended: what hard links call by a name that is wanted.</summary>
    public void AddLinked(EntryList entries)
    {
        foreach (var (ordinal, name, body) in linked.Named(entries, files))
            if (files.Find(name, body.Length, body, out var limit) is { } file && body.Length <= limit)
            {
                var bytes = file.Keep(name, body, body.Length, budget.Work);
                if (bytes is not null && Takes(bytes.Length))
                    Add(new Capture(ordinal, file.KeptAs, bytes));
                else if (bytes is not null ? file.NotesOmitted : file.NotesUnreadable)
                    Add(new Capture(ordinal, CaptureKind.Omitted, []));
            }
    }

    /// <summary>When no body comes any more, perhaps in the midst of one.</summary>
    public void Dispose()
    {
        LetGo();
        linked.Dispose();
    }

    private void Add(Capture capture)
    {
        budget.Work.Hold(BytesEach);
        captures.Add(capture);
    }

    private void LetGo()
    {
        if (buffer.Length > 0 && !isLarge)
            ArrayPool<byte>.Shared.Return(buffer);
        budget.Work.Release(held);
        if (isLarge)
            budget.LargeBodies.Release();
        (wanted, window, buffer, length, held, isLarge) = (null, null, [], 0, 0, false);
    }

    private void Hold(WantedFile file, ReadOnlySpan<byte> name, long size, int limit)
    {
        window = size > limit ? file.OpenWindow(size, budget.Work) : null;
        omitted = size > limit && window is null;
        length = 0;
        if (size <= limit)
            Hold((int)size);
        if (path.Length < name.Length)
            path = new byte[name.Length * 2];
        name.CopyTo(path);
        pathLength = name.Length;
    }

    private void Hold(int size)
    {
        if (size > LargeBytes)
        {
            budget.LargeBodies.Wait(budget.Work.Token);
            isLarge = true;
        }

        if (size > SmallBytes)
        {
            omitted = !budget.Work.TryHold(size);
            if (omitted)
            {
                Whole = false;
                return;
            }

            held = size;
        }

        // The pool would round a large one up and keep it.
        buffer = isLarge ? GC.AllocateUninitializedArray<byte>(size) : ArrayPool<byte>.Shared.Rent(size);
    }

    private bool Takes(int bytes)
    {
        if (layerBytes + bytes > options.MaxLayerCaptureBytes)
            return false;
        if (!budget.TakeCapture(bytes))
            return Whole = false;
        layerBytes += bytes;
        return true;
    }
}
