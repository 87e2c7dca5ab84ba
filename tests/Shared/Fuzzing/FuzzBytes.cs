namespace ImageInsight.Tests.Fuzzing;

/// <summary>
/// The bytes of one case while they are changed. Used again for every case, so that mutating costs no collection.
/// </summary>
internal sealed class FuzzBytes
{
    /// <summary>Doubling a few times must not turn a small case into one that takes seconds.</summary>
    private const int Most = 1 << 20;

    private byte[] data = new byte[1 << 16];

    public int Length { get; private set; }

    public byte[] Array => data;

    public Span<byte> Span => data.AsSpan(0, Length);

    public void Load(ReadOnlySpan<byte> bytes)
    {
        Length = 0;
        Insert(0, bytes);
    }

    public void Insert(int at, ReadOnlySpan<byte> bytes)
    {
        if (Length + bytes.Length > Most)
            return;
        if (data.Length < Length + bytes.Length)
            System.Array.Resize(ref data, Math.Max(data.Length * 2, Length + bytes.Length));
        data.AsSpan(at, Length - at).CopyTo(data.AsSpan(at + bytes.Length));
        bytes.CopyTo(data.AsSpan(at));
        Length += bytes.Length;
    }

    public void Remove(int at, int count)
    {
        data.AsSpan(at + count, Length - at - count).CopyTo(data.AsSpan(at));
        Length -= count;
    }

    public void Truncate(int length) => Length = Math.Min(Length, length);
}
