namespace ImageInsight.Data.Layers.Packing;

/// <summary>Reads what a <see cref="Column"/> wrote, and believes none of it.</summary>
/// <remarks>Throws <see cref="InvalidDataException"/> where there is less than is asked for.</remarks>
internal ref struct ColumnReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;

    public readonly int Left => bytes.Length - at;

    public ulong Read()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == bytes.Length)
                throw new InvalidDataException("A number is cut off.");
            var b = bytes[at++];
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
                return value;
        }

        throw new InvalidDataException("A number is too long.");
    }

    /// <summary>Of things, or bytes.</summary>
    public int ReadCount(int most)
    {
        var value = Read();
        return most >= 0 && value <= (ulong)most ? (int)value
            : throw new InvalidDataException($"There are {value} where {most} are the most.");
    }

    public long ReadSigned()
    {
        var value = Read();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > Left)
            throw new InvalidDataException("Bytes are cut off.");
        var taken = bytes.Slice(at, length);
        at += length;
        return taken;
    }

    public readonly void End()
    {
        if (Left > 0)
            throw new InvalidDataException("There is more than there should be.");
    }
}
