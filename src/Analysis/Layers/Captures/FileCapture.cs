using System.Buffers;
using System.Text;
using ImageInsight.Analysis.Packages.Dpkg;
using ImageInsight.Analysis.Packages.Elf;
using ImageInsight.Analysis.Packages.Jars;
using ImageInsight.Analysis.Packages.Rpm;
using ImageInsight.Analysis.Secrets;

namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>Keeps what catalogues need of the files of one layer while they stream by. Never fails: what it cannot keep it leaves out.</summary>
internal sealed class FileCapture(AnalysisOptions options, ReadBudget budget)
{
    private readonly List<Capture> captures = [];

    private byte[] buffer = [];
    private byte[] secretPath = [];
    private ElfWindow? window;
    private CaptureKind kind;
    private int length;
    private bool started;
    private long layerBytes;

    public IReadOnlyList<Capture> Captures => captures;

    /// <summary>False when something was left out because of the image's other layers, so that the layer alone does not tell what was kept.</summary>
    public bool Whole { get; private set; } = true;

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
                if (ElfFacts.IsCore(first))
                {
                    kind = CaptureKind.Core;
                    started = true;
                    return false;
                }

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
        // Its package is known without it.
        if (size > limit && kind == CaptureKind.License)
            return false;
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
            CaptureKind.Omitted or CaptureKind.Core => [],
            CaptureKind.Elf => ElfFacts.Read(window ?? new ElfWindow(buffer, length))?.Write(),
            CaptureKind.Secret => SecretContent.Read(secretPath, whole) is { } found ? Encoding.UTF8.GetBytes(found) : null,
            CaptureKind.Jar => JarFacts.Read(buffer, length)?.Write(),
            CaptureKind.License => CopyrightFile.Read(whole),
            CaptureKind.Rpm => RpmDatabase.Keep(buffer.AsMemory(0, length)),
            _ => whole.ToArray(),
        };
        window = null;
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
        // A database that cannot be read says so; a program or an archive may have nothing to say.
        if (bytes is null && kind != CaptureKind.Rpm)
            return;
        if (bytes is not null && kind != CaptureKind.Omitted && Takes(bytes.Length))
            captures.Add(new Capture(ordinal, kind, bytes));
        else if (kind != CaptureKind.License)
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
