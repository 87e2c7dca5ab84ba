using System.IO.Compression;
using System.Security.Cryptography;
using ImageInsight.Analysis.References;
using ZstdSharp;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>Fills blocks with the uncompressed bytes of one blob, and knows where in the blob they came from.</summary>
internal sealed class LayerBytes : IDisposable
{
    /// <summary>A wider window is refused: it is memory that the sender chooses (RFC 8878 asks decoders for 8 MiB only).</summary>
    private const int ZstdWindowLog = 27;

    private readonly CountingStream source;
    private readonly Stream uncompressed;
    private readonly IncrementalHash blobHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PullEstimator? estimator;
    private readonly long maxBytes;
    private readonly Action<long>? onBytes;
    private long produced;
    private Block? current;

    public LayerBytes(Stream blob, long maxBytes, Action<long>? onBytes)
    {
        this.maxBytes = maxBytes;
        this.onBytes = onBytes;
        var head = new byte[Magic.Length];
        var read = blob.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        blob.Seek(-read, SeekOrigin.Current);
        Kind = Magic.Detect(head.AsSpan(0, read));
        source = new CountingStream(blob, blobHash, onBytes);
        uncompressed = Kind switch
        {
            CompressionKind.None => blob,
            CompressionKind.Gzip => new GZipStream(source, CompressionMode.Decompress, leaveOpen: true),
            CompressionKind.Zstd => OpenZstd(source),
            CompressionKind.Bzip2 => new ICSharpCode.SharpZipLib.BZip2.BZip2InputStream(source) { IsStreamOwner = false },
            _ => throw new ImageException(
                ImageErrors.Unsupported, "The layer is compressed with xz, which is not supported. Push or save the image with gzip or zstd layers."),
        };
        if (Kind == CompressionKind.None)
            estimator = new PullEstimator();
        else
            source.BeforeRead = NotePoint;
    }

    public CompressionKind Kind { get; }

    /// <summary>Bytes of the blob used so far; after the end of the blob, its estimated size when it is not compressed.</summary>
    public long PullPosition => estimator is null ? source.Count : estimator.Position;

    public bool Fill(Block block)
    {
        current = block;
        try
        {
            while (block.Length < Block.Size)
            {
                var read = uncompressed.Read(block.Buffer.AsSpan(block.Length));
                if (read == 0)
                    break;
                block.Length += read;
                produced += read;
            }
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException
                                      or ICSharpCode.SharpZipLib.SharpZipBaseException)
        {
            throw new ImageException(
                e is EndOfStreamException ? ImageErrors.Truncated : ImageErrors.LayerInvalid,
                $"The {Kind.ToString().ToLowerInvariant()} stream of the layer is damaged or ends early, at byte {source.Count} of the blob " +
                $"(byte {produced} of the tar): {e.Message}", e);
        }
        finally
        {
            current = null;
        }

        if (produced > maxBytes)
            throw new ImageException(
                ImageErrors.LimitExceeded,
                $"The layer unpacks to more than {maxBytes} bytes (MaxLayerBytes). Raise Insight__Limits__MaxLayerBytes if this is expected.");
        if (estimator is not null)
        {
            // Here and not by the reader: it has the most to do for such a layer.
            blobHash.AppendData(block.Buffer, 0, block.Length);
            onBytes?.Invoke(block.Length);
            estimator.Add(block.Buffer.AsSpan(0, block.Length));
            block.Points.Add(new StreamPoint(produced, estimator.Position));
        }

        return block.Length > 0;
    }

    /// <summary>Digest of the whole blob; call after the last block. When the blob is not compressed it is the diffID too.</summary>
    public Digest Finish()
    {
        if (estimator is null)
            source.Drain();
        return Digest.FromHash(blobHash.GetHashAndReset());
    }

    public void Dispose()
    {
        if (Kind != CompressionKind.None)
            uncompressed.Dispose();
        blobHash.Dispose();
        source.Dispose();
    }

    private static DecompressionStream OpenZstd(Stream source)
    {
        var stream = new DecompressionStream(source, bufferSize: 16 << 10, checkEndOfStream: true, leaveOpen: true);
        stream.SetParameter(ZstdSharp.Unsafe.ZSTD_dParameter.ZSTD_d_windowLogMax, ZstdWindowLog);
        return stream;
    }

    /// <summary>The decompressor asks for more: what it was given is used up, and what it made of it stands in the block.</summary>
    private void NotePoint(long compressed)
    {
        if (current is not { } block)
            return;
        var at = new StreamPoint(produced, compressed);
        var points = block.Points;
        // Many empty gzip members make no output: one point is enough for them all.
        if (points.Count > 0 && points[^1].Uncompressed == at.Uncompressed)
            points[^1] = at;
        else
            points.Add(at);
    }
}
