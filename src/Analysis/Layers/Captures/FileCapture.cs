using System.Buffers;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Keeps what is wanted of the files of one layer while they stream by. Never fails: what it cannot keep it leaves out.
/// </summary>
internal sealed class FileCapture(AnalysisOptions options, ReadBudget budget, WantedFiles files)
{
    private readonly List<Capture> captures = [];

    // Of the file at hand.
    private WantedFile? wanted;
    private bool omitted;
    private IBodyWindow? window;
    private byte[] buffer = [];
    private int length;
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
            return false;
        Hold(wanted, path, size, limit);
        return !omitted;
    }

    public void Append(ReadOnlySpan<byte> piece)
    {
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
            return;
        var bytes = omitted ? null
            : window is not null ? window.Keep()
            : wanted.Keep(path.AsSpan(0, pathLength), buffer, length, budget.Work);
        if (bytes is not null && Takes(bytes.Length))
            captures.Add(new Capture(ordinal, wanted.KeptAs, bytes));
        else if (omitted || bytes is not null ? wanted.NotesOmitted : wanted.NotesUnreadable)
            captures.Add(new Capture(ordinal, CaptureKind.Omitted, []));
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (wanted, window, buffer, length) = (null, null, [], 0);
    }

    private void Hold(WantedFile file, ReadOnlySpan<byte> name, long size, int limit)
    {
        window = size > limit ? file.OpenWindow(size, budget.Work) : null;
        omitted = size > limit && window is null;
        if (size <= limit)
            buffer = ArrayPool<byte>.Shared.Rent((int)size);
        length = 0;
        if (path.Length < name.Length)
            path = new byte[name.Length * 2];
        name.CopyTo(path);
        pathLength = name.Length;
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
