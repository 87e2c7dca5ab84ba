namespace ImageInsight.Analysis.Layers.Captures;

/// <summary>
/// Facts as they stand in a capture's bytes: of each program and archive of an image, so small and quickly read.
/// </summary>
internal static class StoredFacts
{
    public static byte[] Write(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            write(writer);
        return bytes.ToArray();
    }

    /// <returns>Null for bytes of another form.</returns>
    public static T? Parse<T>(byte[] bytes, Func<BinaryReader, T> read)
        where T : class
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            return read(reader);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or IOException)
        {
            return null;
        }
    }
}
