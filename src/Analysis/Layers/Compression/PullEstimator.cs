using System.IO.Compression;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>
/// What an uncompressed layer would cost to pull, from deflating samples of it: often at the start, where a small layer
/// has all it has, and ever less often. Deflating everything would cost more than all the rest of the analysis.
/// docs/performance.md has how good it is.
/// </summary>
internal sealed class PullEstimator : IDisposable
{
    private const int SampleBytes = 32 << 10;

    /// <summary>
    /// The sample's start only fills the window: a stream is seldom without one, and would look worse than it is.
    /// </summary>
    private const int WarmBytes = 14_000;

    /// <summary>
    /// Level 4 takes two thirds of the time of level 6, which registries' clients use, and makes this much more.
    /// </summary>
    private const int Level = 4;
    private const double ToLevel6 = 0.975;

    // One for all samples: zlib takes 268 kB for each, and the pages of those cost a fifth of the deflating.
    private readonly MemoryStream sink = new(new byte[SampleBytes + 1024]);
    private readonly DeflateStream deflate;
    private double position = 20; // A gzip header and trailer.
    private double ratio = 1;
    private int block;

    public PullEstimator() =>
        deflate = new DeflateStream(sink, new ZLibCompressionOptions { CompressionLevel = Level }, leaveOpen: true);

    public long Position => (long)position;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        if (block < 4 || block % Stride(block) == 0)
            // From the middle, so that it is seldom all headers.
            ratio = Math.Min(
                1, Deflate(bytes.Length <= SampleBytes ? bytes
                    : bytes.Slice((bytes.Length - SampleBytes) / 2, SampleBytes)) * ToLevel6);
        block++;
        position += bytes.Length * ratio;
    }

    /// <summary>Of 256 KiB blocks: the first 64 MiB, up to 256 MiB, and beyond.</summary>
    private static int Stride(int block) => block switch
    {
        < 256 => 5,
        < 1024 => 32,
        _ => 128,
    };

    private double Deflate(ReadOnlySpan<byte> sample)
    {
        var warm = sample.Length > 2 * WarmBytes ? WarmBytes : 0;
        sink.Position = 0;
        deflate.Write(sample[..warm]);
        deflate.Flush();
        var start = sink.Position;
        deflate.Write(sample[warm..]);
        deflate.Flush();
        return (double)(sink.Position - start) / (sample.Length - warm);
    }

    public void Dispose()
    {
        // What is left to write has room again.
        sink.Position = 0;
        deflate.Dispose();
    }
}
