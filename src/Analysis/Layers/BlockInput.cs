using System.Security.Cryptography;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;

namespace ImageInsight.Analysis.Layers;

/// <summary>The tar reader's view of the blocks that come out of a pipe.</summary>
/// <param name="hash">Takes every byte as it arrives, when there is one.</param>
internal sealed class BlockInput(BlockPipe pipe, IncrementalHash? hash, PullMeter meter) : ITarInput
{
    private Block? block;
    private int used;
    private bool ended;

    public long Position { get; private set; }

    public ReadOnlySpan<byte> PeekBlock()
    {
        if (!Ensure())
            return default;
        // Blocks are whole multiples of 512 but for the last, and the reader takes whole ones between records.
        return block!.Buffer.AsSpan(used, Math.Min(TarReader.BlockSize, block.Length - used));
    }

    public ReadOnlySpan<byte> Take(long max)
    {
        if (max == 0 || !Ensure())
            return default;
        var length = (int)Math.Min(max, block!.Length - used);
        var span = block.Buffer.AsSpan(used, length);
        used += length;
        Position += length;
        return span;
    }

    public bool Skip(long bytes)
    {
        while (bytes > 0)
        {
            var piece = Take(bytes);
            if (piece.Length == 0)
                return false;
            bytes -= piece.Length;
        }

        return true;
    }

    /// <summary>
    /// Takes everything that is left, so that the whole layer is hashed; tells whether it was all zero.
    /// </summary>
    public bool Drain()
    {
        var zero = true;
        while (Take(long.MaxValue) is { Length: > 0 } piece)
            zero = zero && piece.IndexOfAnyExcept((byte)0) < 0;
        return zero;
    }

    private bool Ensure()
    {
        if (block is not null && used < block.Length)
            return true;
        if (ended)
            return false;
        if (block is not null)
            pipe.Return(block);
        block = pipe.Take();
        used = 0;
        if (block is null)
        {
            ended = true;
            return false;
        }

        hash?.AppendData(block.Buffer, 0, block.Length);
        meter.Forget(Position);
        foreach (var point in block.Points)
            meter.AddPoint(point);
        return true;
    }
}
