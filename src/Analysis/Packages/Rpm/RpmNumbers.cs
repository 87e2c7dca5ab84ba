using System.Buffers.Binary;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>Numbers of a header, where they stand: they are a quarter of its bytes, or all of them.</summary>
/// <param name="width">Bytes of each: 1, 2 or 4.</param>
internal readonly struct RpmNumbers(ReadOnlyMemory<byte> bytes, int width)
{
    public int Count => width == 0 ? 0 : bytes.Length / width;

    public int this[int index] => width switch
    {
        4 => BinaryPrimitives.ReadInt32BigEndian(bytes.Span[(4 * index)..]),
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[(2 * index)..]),
        _ => bytes.Span[index],
    };
}
