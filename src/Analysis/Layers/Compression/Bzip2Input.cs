using ICSharpCode.SharpZipLib.BZip2;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// Unpacks bzip2: one stream after the other, as parallel compressors write them. SharpZipLib's own stream ends after
/// the first, and reads already when it is made.
/// </summary>
internal sealed class Bzip2Input(Stream source) : ReadOnlyStream
{
    private readonly BufferedStream buffered = new(source, 8 << 10);
    private BZip2InputStream? current;

    public override int Read(byte[] buffer, int offset, int count)
    {
        while (true)
        {
            if (current is null)
            {
                var first = buffered.ReadByte();
                if (first < 0)
                    return 0;
                current = new BZip2InputStream(new PrefixedStream([(byte)first], buffered)) { IsStreamOwner = false };
            }

            var read = current.Read(buffer, offset, count);
            if (read > 0)
                return read;
            current = null;
        }
    }

    protected override void Dispose(bool disposing)
    {
        // Not the buffer: it would close the source.
        current?.Dispose();
        base.Dispose(disposing);
    }
}
