using System.Buffers;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Keeps what is wanted of the files of one layer while they stream by. Never fails: what it cannot keep it leaves out.
/// </summary>
internal sealed class FileCapture(CaptureRules rules, AnalysisOptions options, ReadBudget budget)
{
    private readonly List<Capture> captures = [];

    private byte[] buffer = [];
    private byte[] path = [];
    private IBodyWindow? window;
    private CaptureForm? form;
    private bool omitted;
    private int length;
    private long layerBytes;

    public IReadOnlyList<Capture> Captures => captures;

    /// <summary>
    /// False when something was left out because of the image's other layers, so that the layer alone does not tell what was kept.
    /// </summary>
    public bool Whole { get; private set; } = true;

    /// <summary>True when the body is to be given to <see cref="Append"/>.</summary>
    /// <param name="name">As the tar states it.</param>
    /// <param name="first">The first piece of the body.</param>
    public bool Start(ReadOnlySpan<byte> name, long size, ReadOnlySpan<byte> first)
    {
        form = null;
        window = null;
        omitted = false;
        length = 0;
        if (size == 0 || rules.Find(name, size, first, out var most) is not { } wanted)
            return false;
        if (size > most && most > 0 && wanted.Window is null && !wanted.SaysOmitted)
            return false;
        form = wanted;
        path = name.ToArray();
        if (most == 0)
            return false;
        if (size <= most)
            buffer = ArrayPool<byte>.Shared.Rent((int)size);
        else if (wanted.Window is not null)
            window = wanted.Window(size);
        else
            omitted = true;
        return true;
    }

    public void Append(ReadOnlySpan<byte> piece)
    {
        if (omitted)
            return;
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
        if (form is not { } wanted)
            return;
        form = null;
        var bytes = omitted ? null : window is not null ? window.Keep() : wanted.Keep(path, new ArraySegment<byte>(buffer, 0, length));
        window = null;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
        if (bytes is null && !omitted && !wanted.SaysUnreadable)
            return;
        if (bytes is not null && Takes(bytes.Length))
            captures.Add(new Capture(ordinal, wanted.Kind, bytes));
        else if (wanted.SaysOmitted)
            captures.Add(new Capture(ordinal, CaptureKind.Omitted, []));
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
