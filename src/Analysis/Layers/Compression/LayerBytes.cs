using System.IO.Compression;
using System.Numerics;
using System.Security.Cryptography;
using ImageInsight.Analysis.References;
using ZstdSharp;

namespace ImageInsight.Analysis.Layers.Compression;

/// <summary>Fills blocks with the uncompressed bytes of one blob, and knows where in the blob they came from.</summary>
internal sealed class LayerBytes : IDisposable
{
    private readonly CountingStream source;
    private readonly Stream uncompressed;
    private readonly IncrementalHash blobHash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly PullEstimator? estimator;
    private readonly AnalysisOptions options;
    private readonly Subject subject;
    private readonly Action<long>? onBytes;
    private long produced;
    private long countedBytes;
    private Block? current;

    /// <param name="budget">Told of each run of uncompressed bytes; may throw.</param>
    /// <param name="onBytes">Called with each run of blob bytes, maybe from another thread.</param>
    public LayerBytes(Stream blob, AnalysisOptions options, ReadBudget budget, Action<long>? onBytes)
        : this(
            blob, options,
            new Subject("layer", options.MaxLayerBytes, nameof(options.MaxLayerBytes), budget),
            budget.Work, onBytes)
    {
    }

    private LayerBytes(
        Stream blob, AnalysisOptions options, Subject subject, WorkBudget work, Action<long>? onBytes)
    {
        this.options = options;
        this.subject = subject;
        this.onBytes = onBytes;
        var head = new byte[Magic.Length];
        var read = blob.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (blob.CanSeek)
            blob.Seek(-read, SeekOrigin.Current);
        else
            blob = new PrefixedStream(head[..read], blob);
        Kind = Magic.Detect(head.AsSpan(0, read));
        if (Kind == CompressionKind.None)
            Magic.Refuse(head.AsSpan(0, read), subject.Name);
        source = new CountingStream(blob, blobHash, onBytes, work);
        uncompressed = Kind switch
        {
            CompressionKind.None => blob,
            CompressionKind.Gzip => OpenGzip(source, options.NativeInflate),
            CompressionKind.Zstd => OpenZstd(source, options.MaxWindowBytes),
            CompressionKind.Bzip2 => new Bzip2Input(source, work),
            CompressionKind.Xz => new XzInput(source, options, work),
            _ => throw new InvalidOperationException(Kind.ToString()),
        };
        if (Kind == CompressionKind.None)
            estimator = new PullEstimator();
        else
            source.BeforeRead = NotePoint;
    }

    /// <summary>What is unpacked, and the cap on it.</summary>
    /// <param name="Budget">Shared by the layers of an image; null for what is no layer.</param>
    private sealed record Subject(string Name, long MaxBytes, string Option, ReadBudget? Budget);

    public CompressionKind Kind { get; }

    /// <summary>
    /// Bytes of the blob used so far; after the end of the blob, its estimated size when it is not compressed.
    /// </summary>
    public long PullPosition => estimator is null ? source.Count : estimator.Position;

    /// <summary>Bytes of the blob itself, all of them after <see cref="Finish"/>.</summary>
    public long BlobBytes => estimator is null ? source.Count : produced;

    /// <summary>A whole archive that is compressed once more.</summary>
    public static LayerBytes OfArchive(Stream archive, AnalysisOptions options, WorkBudget work) =>
        new(
            archive,
            options,
            new Subject("archive", options.MaxScratchBytes, nameof(options.MaxScratchBytes), Budget: null),
            work,
            onBytes: null);

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
        catch (ZstdException e)
            when (e.Code == ZstdSharp.Unsafe.ZSTD_ErrorCode.ZSTD_error_frameParameter_windowTooLarge)
        {
            throw Caps.Exceeded(
                $"The {subject.Name}'s zstd frame asks for a window of more than {options.MaxWindowBytes} bytes",
                nameof(options.MaxWindowBytes));
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new ImageException(
                e is EndOfStreamException ? ImageErrors.Truncated : ImageErrors.LayerInvalid,
                $"The {Kind.ToString().ToLowerInvariant()} stream of the {subject.Name} is damaged or ends early, " +
                $"at its byte {source.Count} (byte {produced} of the tar): {e.Message}", e);
        }
        finally
        {
            current = null;
        }

        subject.Budget?.AddTarBytes(block.Length);
        if (produced > subject.MaxBytes)
            throw Caps.Exceeded($"The {subject.Name} unpacks to more than {subject.MaxBytes} bytes", subject.Option);
        if (estimator is null)
            CheckRatio(block.Length);
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

    private void CheckRatio(int unpackedNow)
    {
        var (unpacked, packed) = subject.Budget?.AddUnpacked(unpackedNow, source.Count - countedBytes)
            ?? (produced, source.Count);
        countedBytes = source.Count;
        if (unpacked > options.RatioFreeBytes && unpacked / options.MaxRatio > packed)
            throw Caps.Exceeded(
                $"The {subject.Name} has {unpacked} bytes from {packed}, more than {options.MaxRatio} times",
                nameof(options.MaxRatio));
    }

    /// <summary>
    /// Digest of the whole blob; call after the last block. When the blob is not compressed it is the diffID too.
    /// </summary>
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
        estimator?.Dispose();
        // Before what its thread hashes with.
        source.Dispose();
        blobHash.Dispose();
    }

    private static Stream OpenGzip(Stream source, bool native) =>
        native && IsalInflater.Open() is { } inflater ? new IsalGzipInput(source, inflater)
            : new GZipStream(source, CompressionMode.Decompress, leaveOpen: true);

    private static DecompressionStream OpenZstd(Stream source, int maxWindow)
    {
        var stream = new DecompressionStream(source, bufferSize: 16 << 10, checkEndOfStream: true, leaveOpen: true);
        stream.SetParameter(ZstdSharp.Unsafe.ZSTD_dParameter.ZSTD_d_windowLogMax, BitOperations.Log2((uint)maxWindow));
        return stream;
    }

    /// <summary>The managed decoders of bzip2 and xz meet damage in other ways than by saying so.</summary>
    private bool IsDamage(Exception e) =>
        e is InvalidDataException or ZstdException or EndOfStreamException
        || (Kind is CompressionKind.Bzip2 or CompressionKind.Xz
            && e is ICSharpCode.SharpZipLib.SharpZipBaseException or SharpCompress.Common.SharpCompressException
                or IndexOutOfRangeException
                or ArgumentException or OverflowException or NotSupportedException or NotImplementedException
                or InvalidOperationException or NullReferenceException);

    /// <summary>
    /// The decompressor asks for more: what it was given is used up, and what it made of it stands in the block.
    /// </summary>
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
