namespace ImageInsight.Analysis.Layers.Captures;

internal static class CappedBytes
{
    private const int FirstBytes = 64 << 10;

    /// <summary>Unpacks; the memory grows as bytes come, whatever length was stated.</summary>
    /// <returns>All of it; null when there is more than <paramref name="most"/>.</returns>
    public static byte[]? Read(Stream stream, int most, WorkBudget work)
    {
        var bytes = new byte[Math.Min(FirstBytes, most)];
        var length = 0;
        while (true)
        {
            if (length == bytes.Length)
            {
                if (length == most)
                    return stream.ReadByte() < 0 ? bytes : null;
                Array.Resize(ref bytes, (int)Math.Min(most, bytes.Length * 2L));
            }

            var read = stream.Read(bytes.AsSpan(length));
            if (read == 0)
                return bytes.AsSpan(0, length).ToArray();
            work.Spend(read);
            length += read;
        }
    }
}
