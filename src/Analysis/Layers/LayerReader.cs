using System.IO.Hashing;
using System.Security.Cryptography;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;
using ImageInsight.Analysis.References;

namespace ImageInsight.Analysis.Layers;

/// <summary>
/// One streaming pass over one layer: decompresses, verifies both digests, reads the records, hashes the contents and
/// meters the pull bytes. Nothing is kept but the entries, and what is wanted of a few files.
/// </summary>
internal sealed class LayerReader(AnalysisOptions options, ReadBudget budget, WantedFiles wanted)
{
    /// <param name="blob">Read to its end.</param>
    /// <param name="onBytes">Called with each run of blob bytes read, from another thread.</param>
    public (Layer Layer, LayerBlob Blob) Read(
        Stream blob, string? mediaType, Action<long>? onBytes, CancellationToken cancellationToken)
    {
        using var bytes = new LayerBytes(blob, options, budget, onBytes);
        using var tarHash = bytes.Kind == CompressionKind.None ? null
            : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var meter = new PullMeter();
        var entries = new EntryList();
        var records = new List<int>();
        using var captures = new FileCapture(options, budget, wanted);
        long diskBytes;
        BlockInput input;
        using (var pipe = new BlockPipe(bytes.Fill, cancellationToken))
        {
            input = new BlockInput(pipe, tarHash, meter);
            diskBytes = ReadRecords(input, meter, entries, records, captures);
            captures.AddLinked(entries);
            input.Drain();
        }

        var blobDigest = bytes.Finish();
        var size = bytes.BlobBytes;
        var diffId = tarHash is null ? blobDigest : Digest.FromHash(tarHash.GetHashAndReset());
        var estimated = bytes.Kind == CompressionKind.None;
        var pullBytes = estimated ? Math.Min(bytes.PullPosition, size) : size;
        var layer = new Layer(
            diffId, input.Position, diskBytes, records.Count,
            entries)
        { Captures = captures.Captures, CapturesWhole = captures.Whole };
        return (layer, new LayerBlob(
            blobDigest, size, mediaType ?? MediaTypeOf(bytes.Kind), pullBytes, estimated,
            ByOrdinal(meter.Shares(input.Position, pullBytes), records, entries.Count)));
    }

    private int MaxPathBytes => Math.Min(options.MaxPathBytes, EntryList.MaxNameBytes);

    private long ReadRecords(
        BlockInput input, PullMeter meter, EntryList entries, List<int> records, FileCapture captures)
    {
        var reader = new TarReader(input, options);
        var paths = new PathBuilder(entries, options, budget);
        var content = new XxHash128();
        long diskBytes = 0;
        while (true)
        {
            // Before its headers are read: with a long one among them the blocks in which it starts are gone after.
            meter.AddStart(reader.EndOfEntry);
            if (!reader.MoveNext())
                break;
            var entry = reader.Entry;
            if (entry.Name.Length > MaxPathBytes || entry.LinkName.Length > MaxPathBytes)
                throw Caps.Exceeded(
                    $"The tar record at offset {entry.Start} has a path of more than {MaxPathBytes} bytes",
                    nameof(options.MaxPathBytes));
            UInt128 hash = 0;
            if (entry.Kind == EntryKind.File)
            {
                if (entry.Size > options.MaxLayerBytes)
                    throw Caps.Exceeded(
                        $"The file '{PathText.FromName(entry.Name)}' of {entry.Size} bytes is too big for a layer",
                        nameof(options.MaxLayerBytes));
                diskBytes += entry.Size;
                hash = HashContent(reader, content, captures);
            }

            records.Add(Add(paths, entry, hash));
            captures.Finish(records[^1]);
        }

        return diskBytes;
    }

    private static UInt128 HashContent(TarReader reader, XxHash128 content, FileCapture captures)
    {
        if (reader.Entry.StoredSize == 0 && !reader.Entry.Sparse)
            return 0;
        var captured = false;
        if (!reader.Entry.Sparse)
        {
            // Most files are short and stand in one piece, and then need no state.
            var first = reader.ReadBody();
            captured = captures.Start(reader.Entry.Name, reader.Entry.StoredSize, first);
            if (captured)
                captures.Append(first);
            if (first.Length == reader.Entry.StoredSize)
                return XxHash128.HashToUInt128(first);
            content.Append(first);
        }
        else
        {
            Span<byte> map = stackalloc byte[8];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(map, reader.Entry.SparseMapHash);
            content.Append(map);
        }

        while (reader.ReadBody() is { Length: > 0 } piece)
        {
            content.Append(piece);
            if (captured)
                captures.Append(piece);
        }

        var hash = content.GetCurrentHashAsUInt128();
        content.Reset();
        return hash;
    }

    private static int Add(PathBuilder paths, TarEntry entry, UInt128 hash)
    {
        var parent = paths.Parent(entry.Name, out var name);
        var link = entry.Kind switch
        {
            EntryKind.Symlink => entry.LinkName,
            EntryKind.HardLink => paths.Normalize(entry.LinkName),
            _ => default,
        };
        var device = entry.Kind is EntryKind.CharDevice or EntryKind.BlockDevice;
        return paths.Add(
            new LayerEntry
            {
                Parent = parent,
                Kind = entry.Kind,
                Size = entry.Kind == EntryKind.File ? entry.Size : 0,
                Mode = entry.Mode,
                Uid = entry.Uid,
                Gid = entry.Gid,
                Mtime = entry.Mtime,
                ContentHash = hash,
                XattrHash = entry.XattrHash,
                DeviceMajor = device ? entry.DeviceMajor : 0,
                DeviceMinor = device ? entry.DeviceMinor : 0,
            },
            name,
            link);
    }

    private static long[] ByOrdinal(long[] shares, List<int> records, int rows)
    {
        if (shares.Length == rows)
            return shares;
        var all = new long[rows];
        for (var i = 0; i < shares.Length; i++)
            all[records[i]] = shares[i];
        return all;
    }

    private static string MediaTypeOf(CompressionKind kind) => kind switch
    {
        CompressionKind.Gzip => "application/vnd.oci.image.layer.v1.tar+gzip",
        CompressionKind.Zstd => "application/vnd.oci.image.layer.v1.tar+zstd",
        CompressionKind.Xz => "application/vnd.oci.image.layer.v1.tar+xz",
        CompressionKind.Bzip2 => "application/vnd.oci.image.layer.v1.tar+bzip2",
        _ => "application/vnd.oci.image.layer.v1.tar",
    };
}
