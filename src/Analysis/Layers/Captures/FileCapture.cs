using System.Buffers;
using System.Text;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Keeps what catalogues need of the files of one layer while they stream by. Never fails: what it cannot keep it leaves out.</summary>
internal sealed class FileCapture(ReadBudget budget)
{
    private readonly List<Capture> captures = [];

    private byte[] buffer = [];
    private byte[] secretPath = [];
    private ElfWindow? window;
    private CaptureKind kind;
    private int length;
    private bool started;

    public IReadOnlyList<Capture> Captures => captures;

    /// <summary>True when the body is to be given to <see cref="Append"/>.</summary>
    /// <param name="path">As the tar states it.</param>
    /// <param name="first">The first piece of the body.</param>
    public bool Start(ReadOnlySpan<byte> path, long size, ReadOnlySpan<byte> first)
    {
        started = false;
        if (size == 0)
            return false;
        long limit = WantedFile.Limit(path, out kind);
        if (limit == 0)
        {
            if (first.Length >= 64 && first.StartsWith("\u007fELF"u8))
            {
                kind = CaptureKind.Elf;
                limit = ElfWindow.WholeBytes;
            }
            else if (SecretContent.IsWanted(path, size, first))
            {
                kind = CaptureKind.Secret;
                limit = SecretContent.MaxBytes;
                secretPath = path.ToArray();
            }
            else
            {
                return false;
            }

            if (size > limit)
            {
                window = new ElfWindow(size);
                length = 0;
                return started = true;
            }
        }

        window = null;
        if (size > limit)
        {
            kind = CaptureKind.Omitted;
            return started = true;
        }

        buffer = ArrayPool<byte>.Shared.Rent((int)size);
        length = 0;
        return started = true;
    }

    public void Append(ReadOnlySpan<byte> piece)
    {
        if (kind == CaptureKind.Omitted)
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
        if (!started)
            return;
        started = false;
        var whole = buffer.AsSpan(0, length);
        var bytes = kind switch
        {
            CaptureKind.Omitted => [],
            CaptureKind.Elf => ElfFacts.Read(window ?? new ElfWindow(buffer, length))?.Write(),
            CaptureKind.Secret => SecretContent.Read(secretPath, whole) is { } found ? Encoding.UTF8.GetBytes(found) : null,
            CaptureKind.Jar => JarFacts.Read(buffer, length)?.Write(),
            _ => whole.ToArray(),
        };
        window = null;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        if (bytes is null)
            return;
        var kept = kind == CaptureKind.Omitted || !budget.TakeCapture(bytes.Length)
            ? new Capture(ordinal, CaptureKind.Omitted, [])
            : new Capture(ordinal, kind, bytes);
        captures.Add(kept);
    }
}
