using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Go;

namespace ImageInsight.Analysis.Packages.Elf;

/// <summary>
/// The bytes of a program that can be looked at: all of them, or of a big one its head, its tail and what stands where
/// Go writes its build information.
/// </summary>
internal sealed class ElfWindow : IBodyWindow
{
    /// <summary>Held whole up to here; beyond, memory would grow with the biggest file of a layer.</summary>
    public const int WholeBytes = 16 << 20;

    private const int HeadBytes = 64 << 10;

    /// <summary>Linkers but Go's write the section headers last.</summary>
    private const int TailBytes = 1 << 20;

    /// <summary>The list of modules of the biggest Go programs has 60 kB.</summary>
    private const int BuildInfoBytes = 1 << 20;

    /// <summary>Most are only searched, which is as fast as copying.</summary>
    private const int BytesPerStep = 64;

    private readonly byte[] head;
    private readonly byte[] tail;
    private readonly byte[] lookBack = new byte[GoBuildInfo.MagicLength - 1];
    private readonly long tailStart;
    private int lookBackLength;
    private List<byte>? buildInfo;
    private long position;

    public ElfWindow(long size, WorkBudget work)
    {
        Work = work;
        Size = size;
        head = new byte[HeadBytes];
        tail = new byte[TailBytes];
        tailStart = size - TailBytes;
    }

    public ElfWindow(byte[] whole, int length, WorkBudget work)
    {
        Work = work;
        Size = length;
        head = whole;
        HeadLength = length;
        tail = [];
        tailStart = length;
    }

    public long Size { get; }

    public WorkBudget Work { get; }

    public bool IsWhole => HeadLength == Size;

    private int HeadLength { get; set; }

    public void Append(ReadOnlySpan<byte> piece)
    {
        if (position < HeadBytes)
        {
            var taken = (int)Math.Min(piece.Length, HeadBytes - position);
            piece[..taken].CopyTo(head.AsSpan((int)position));
            HeadLength = (int)position + taken;
        }

        var end = position + piece.Length;
        if (end > tailStart)
        {
            var from = Math.Max(position, tailStart);
            piece[(int)(from - position)..].CopyTo(tail.AsSpan((int)(from - tailStart)));
        }

        LookForBuildInfo(piece);
        position = end;
    }

    public byte[]? Keep() => ElfFacts.Read(this)?.Write();

    /// <summary>False when the range is not held.</summary>
    public bool TryRead(long offset, long length, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (offset < 0 || length < 0 || length > Size || offset > Size - length)
            return false;
        if (offset + length <= HeadLength)
            bytes = head.AsSpan((int)offset, (int)length);
        else if (offset >= tailStart && tail.Length > 0)
            bytes = tail.AsSpan((int)(offset - tailStart), (int)length);
        else
            return false;
        return true;
    }

    /// <summary>From Go's magic on; empty when it has none.</summary>
    public ReadOnlySpan<byte> BuildInfo()
    {
        if (!IsWhole)
            return buildInfo is null ? default : System.Runtime.InteropServices.CollectionsMarshal.AsSpan(buildInfo);
        var whole = head.AsSpan(0, HeadLength);
        Work.Spend(whole.Length / BytesPerStep);
        var at = GoBuildInfo.IndexOf(whole);
        return at < 0 ? default : whole.Slice(at, Math.Min(whole.Length - at, BuildInfoBytes));
    }

    private void LookForBuildInfo(ReadOnlySpan<byte> piece)
    {
        Work.Spend(piece.Length / BytesPerStep);
        if (buildInfo is null)
        {
            // The magic may begin in one piece and end in the next.
            if (lookBackLength > 0)
            {
                Span<byte> seam = stackalloc byte[(GoBuildInfo.MagicLength - 1) * 2];
                lookBack.AsSpan(0, lookBackLength).CopyTo(seam);
                var next = Math.Min(piece.Length, GoBuildInfo.MagicLength - 1);
                piece[..next].CopyTo(seam[lookBackLength..]);
                var across = GoBuildInfo.IndexOf(seam[..(lookBackLength + next)]);
                if (across >= 0)
                {
                    buildInfo = [.. lookBack.AsSpan(across, lookBackLength - across)];
                    Collect(piece);
                    return;
                }
            }

            var at = GoBuildInfo.IndexOf(piece);
            if (at < 0)
            {
                lookBackLength = Math.Min(piece.Length, lookBack.Length);
                piece[^lookBackLength..].CopyTo(lookBack);
                return;
            }

            buildInfo = [];
            piece = piece[at..];
        }

        Collect(piece);
    }

    private void Collect(ReadOnlySpan<byte> piece)
    {
        var room = Math.Min(piece.Length, BuildInfoBytes - buildInfo!.Count);
        if (room > 0)
            buildInfo.AddRange(piece[..room]);
    }
}
