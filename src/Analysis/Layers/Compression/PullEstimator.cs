using System.IO.Compression;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// What an uncompressed layer would cost to pull, from deflating a sample: the start of the layer densely, then a piece
/// of every sixteenth block. Deflating everything would cost more than all the rest of the analysis.
/// </summary>
internal sealed class PullEstimator
{
    private const int DenseBlocks = 8;
    private const int Stride = 16;
    private const int SampleBytes = 32 << 10;

    private readonly byte[] scratch = new byte[SampleBytes + 1024];
    private double position = 20; // A gzip header and trailer.
    private double ratio = 1;
    private int block;

    public long Position => (long)position;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        if (block < DenseBlocks || block % Stride == 0)
        {
            // From the middle, so that it is seldom all headers.
            var length = Math.Min(SampleBytes, bytes.Length);
            var sample = bytes.Slice((bytes.Length - length) / 2, length);
            using var sink = new MemoryStream(scratch);
            using (var deflate = new DeflateStream(sink, CompressionLevel.Optimal, leaveOpen: true))
                deflate.Write(sample);
            ratio = (double)sink.Position / length;
        }

        block++;
        position += bytes.Length * ratio;
    }
}
