namespace ImageInsight.Analysis.Layers.Captures;

internal static class CappedBytes
{
    /// <returns>All of it; null when there is more than <paramref name="most"/>.</returns>
    public static byte[]? Read(Stream stream, int most)
    {
        using var kept = new MemoryStream();
        Span<byte> piece = stackalloc byte[8192];
        while (stream.Read(piece) is var read and > 0)
        {
            if (kept.Length + read > most)
                return null;
            kept.Write(piece[..read]);
        }

        return kept.ToArray();
    }
}
