using System.Numerics;

namespace ImageInsight.Data.Layers.Packing;

/// <summary>Numbers and bytes one after the other, in a buffer that is used again and again.</summary>
internal sealed class Column
{
    private byte[] buffer = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Bytes => buffer.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>As LEB128: seven bits a byte, the low ones first.</summary>
    public void Write(ulong value)
    {
        var room = Room(10);
        var at = 0;
        for (; value >= 0x80; value >>= 7)
            room[at++] = (byte)(value | 0x80);
        room[at++] = (byte)value;
        Length += at;
    }

    public void Write(int count) => Write((ulong)(uint)count);

    /// <summary>Small whatever its sign: 0, -1, 1, -2 ... become 0, 1, 2, 3 ...</summary>
    public void WriteSigned(long value) => Write((ulong)((value << 1) ^ (value >> 63)));

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>So many bytes, to be written by the caller.</summary>
    public Span<byte> Take(int bytes)
    {
        var room = Room(bytes);
        Length += bytes;
        return room;
    }

    private Span<byte> Room(int bytes)
    {
        if (buffer.Length - Length < bytes)
            Array.Resize(ref buffer, (int)BitOperations.RoundUpToPowerOf2((uint)(Length + bytes)));
        return buffer.AsSpan(Length, bytes);
    }
}
