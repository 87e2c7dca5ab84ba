using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageInsight.Data.Layers.Packing;

/// <summary>Makes the pieces of one packed value: compressed, numbered, and under a checksum.</summary>
/// <param name="owner">The digest that the value belongs to: no piece is taken for one of another.</param>
internal sealed class PieceSealer(PieceKind kind, string owner) : IDisposable
{
    /// <summary>
    /// A piece: this byte; the kind; 1 in the last piece of a value, else 0; the position and the length once unpacked,
    /// each in four bytes, little-endian; a zstd frame; XxHash3 of all that stands before it, seeded by the owner.
    /// </summary>
    public const byte Version = 1;

    public const int HeaderBytes = 11;

    public const int ChecksumBytes = 8;

    /// <summary>What a piece may unpack to; what is packed stays well below.</summary>
    public const int MaxRawBytes = 16 << 20;

    /// <summary>Higher levels save a twentieth at twice the time: most of it is hashes.</summary>
    private const int Level = 3;

    private readonly ZstdSharp.Compressor compressor = new(Level);
    private readonly long seed = SeedOf(owner);
    private byte[] buffer = [];

    public List<byte[]> Pieces { get; } = [];

    public static long SeedOf(string owner) =>
        (long)XxHash3.HashToUInt64(System.Text.Encoding.ASCII.GetBytes(owner));

    public void Seal(ReadOnlySpan<byte> raw, bool last)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(raw.Length, MaxRawBytes);
        var most = HeaderBytes + ZstdSharp.Compressor.GetCompressBound(raw.Length) + ChecksumBytes;
        if (buffer.Length < most)
            buffer = new byte[most];
        (buffer[0], buffer[1], buffer[2]) = (Version, (byte)kind, last ? (byte)1 : (byte)0);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(3), Pieces.Count);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(7), raw.Length);
        var length = HeaderBytes + compressor.Wrap(raw, buffer.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt64LittleEndian(
            buffer.AsSpan(length), XxHash3.HashToUInt64(buffer.AsSpan(0, length), seed));
        Pieces.Add(buffer[..(length + ChecksumBytes)]);
    }

    public void Dispose() => compressor.Dispose();
}
