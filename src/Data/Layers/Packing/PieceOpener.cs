using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageInsight.Data.Layers.Packing;

/// <summary>Unpacks the pieces of one value, in their order, and holds each against its checksum.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> at a piece that is not what was written.</remarks>
internal sealed class PieceOpener(PieceKind kind, string owner) : IDisposable
{
    private readonly ZstdSharp.Decompressor decompressor = new();
    private readonly long seed = PieceSealer.SeedOf(owner);
    private byte[] raw = [];
    private int next;
    private bool ended;

    /// <summary>What is in it, until the next one is opened.</summary>
    public ReadOnlySpan<byte> Open(ReadOnlySpan<byte> piece)
    {
        const int around = PieceSealer.HeaderBytes + PieceSealer.ChecksumBytes;
        if (piece.Length < around)
            throw new InvalidDataException("A piece is cut off.");
        // Another version may have its checksum elsewhere.
        if (piece[0] != PieceSealer.Version)
            throw new InvalidDataException($"A piece is of version {piece[0]}, which is not known here.");
        var sealedPart = piece[..^PieceSealer.ChecksumBytes];
        if (XxHash3.HashToUInt64(sealedPart, seed)
            != BinaryPrimitives.ReadUInt64LittleEndian(piece[sealedPart.Length..]))
            throw new InvalidDataException("A piece does not have its checksum.");
        if (piece[1] != (byte)kind || BinaryPrimitives.ReadInt32LittleEndian(piece[3..]) != next || ended)
            throw new InvalidDataException("A piece stands where another should be.");
        next++;
        ended = piece[2] == 1;
        var length = BinaryPrimitives.ReadInt32LittleEndian(piece[7..]);
        if (length is < 0 or > PieceSealer.MaxRawBytes)
            throw new InvalidDataException("A piece unpacks to too much.");
        if (raw.Length < length)
            raw = new byte[length];
        Unpack(sealedPart[PieceSealer.HeaderBytes..], raw.AsSpan(0, length));
        return raw.AsSpan(0, length);
    }

    /// <summary>After the last piece.</summary>
    public void End()
    {
        if (!ended)
            throw new InvalidDataException("Pieces are missing.");
    }

    public void Dispose() => decompressor.Dispose();

    private void Unpack(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        try
        {
            if (decompressor.Unwrap(packed, target) == target.Length)
                return;
        }
        catch (ZstdSharp.ZstdException e)
        {
            throw new InvalidDataException("A piece is no zstd frame that can be read.", e);
        }

        throw new InvalidDataException("A piece unpacks to less than it says.");
    }
}
