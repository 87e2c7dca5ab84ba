namespace ImageInsight.Analysis.Sources.Arriving;

/// <summary>A part of a file that still grows, as a stream that waits for its bytes.</summary>
/// <param name="length">As it will be; more than there ever is for all of the file.</param>
internal sealed class GrowingSlice(
    GrowingFile file, long offset, long length, CancellationToken cancellationToken) : SliceStream(offset, length)
{
    protected override int ReadAt(Span<byte> buffer, long at) => file.Read(buffer, at, cancellationToken);
}
