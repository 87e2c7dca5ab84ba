using System.Security.Cryptography;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// The blob as a decompressor reads it: counts every byte and reports each read, which is the moment at which all bytes
/// given out before have been used up. What is longer than a block is read and hashed ahead, by a thread of its own:
/// the one that inflates has the most to do.
/// </summary>
internal sealed class CountingStream(
    Stream inner, IncrementalHash hash, Action<long>? onBytes, WorkBudget work) : ReadOnlyStream
{
    /// <summary>Reads are kept this small so that compressed positions are known this finely.</summary>
    private const int MaxRead = 8 << 10;

    private readonly Block first = new();
    private BlockPipe? ahead;
    private Block? block;
    private int used;
    private bool ended;

    public long Count { get; private set; }

    /// <summary>Called with <see cref="Count"/> before each further read.</summary>
    public Action<long>? BeforeRead { get; set; }

    public override int Read(Span<byte> target)
    {
        // Here, because a decompressor may read for minutes before it gives out a byte.
        work.Token.ThrowIfCancellationRequested();
        BeforeRead?.Invoke(Count);
        if (!Ensure())
            return 0;
        var length = Math.Min(Math.Min(block!.Length - used, MaxRead), target.Length);
        block.Buffer.AsSpan(used, length).CopyTo(target);
        used += length;
        Count += length;
        return length;
    }

    /// <summary>Takes what the decompressor left, so that the whole blob is hashed.</summary>
    public void Drain()
    {
        BeforeRead = null;
        var rest = new byte[MaxRead];
        while (Read(rest) > 0)
        {
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Position { get => Count; set => throw new NotSupportedException(); }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ahead?.Dispose();
            first.Release();
        }

        base.Dispose(disposing);
    }

    private bool Ensure()
    {
        if (block is not null && used < block.Length)
            return true;
        if (ended)
            return false;
        if (block is null)
        {
            Fill(block = first);
            ended = block.Length < Block.Size;
        }
        else
        {
            ahead ??= new BlockPipe(Fill, CancellationToken.None);
            if (block == first)
                first.Release();
            else
                ahead.Return(block);
            block = ahead.Take();
            ended = block is null;
        }

        used = 0;
        return block is { Length: > 0 };
    }

    private bool Fill(Block into)
    {
        int read;
        while (into.Length < Block.Size && (read = inner.Read(into.Buffer.AsSpan(into.Length))) > 0)
            into.Length += read;
        hash.AppendData(into.Buffer, 0, into.Length);
        if (into.Length > 0)
            onBytes?.Invoke(into.Length);
        return into.Length > 0;
    }
}
