using System.Security.Cryptography;
using ImageInsight.Analysis;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Compression;
using ImageInsight.Analysis.Layers.Tar;
using ImageInsight.Analysis.Sources.Archives;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>
/// Mutated tars through the tar reader as it reads archives (by seeking); one in 32 also as a layer (streamed between
/// two threads, metered and merged over another), which must come to the same; one in 32 is a mutated compressed layer.
/// </summary>
internal sealed class TarTarget : IFuzzTarget
{
    private static readonly AnalysisOptions Options = new()
    {
        MaxLayerBytes = 32 << 20,
        MaxWindowBytes = 8 << 20,
    };

    private readonly FuzzRandom random = new();
    private readonly FuzzBytes bytes = new();
    private readonly Block block = new();
    private readonly ImageLayer lower;

    public TarTarget()
    {
        var (layer, blob) = ReadLayer(new MemoryStream(TarSeeds.Plain[0].Bytes));
        lower = new ImageLayer(0, layer, blob, null);
    }

    public ReadOnlySpan<byte> Input => bytes.Span;

    public string Run(ulong seed)
    {
        random.Start(seed);
        if (random.OneIn(32))
            return "compressed, " + RunCompressed();
        bytes.Load(Small(TarSeeds.Plain).Bytes);
        TarMutator.Mutate(bytes, random, Small(TarSeeds.Plain).Bytes);
        var asLayer = random.OneIn(32);
        var listing = List(readBodies: random.OneIn(2));
        if (asLayer)
            Compare(listing);
        return listing.Error?.Code ?? "read";
    }

    private FuzzSeed Small(IReadOnlyList<FuzzSeed> seeds)
    {
        // Mostly: what is interesting stands in few blocks.
        var (a, b) = (random.Pick(seeds), random.Pick(seeds));
        return a.Bytes.Length < b.Bytes.Length ? a : b;
    }

    private MemoryStream Stream() => new(bytes.Array, 0, bytes.Length);

    private Listing List(bool readBodies)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var listing = new Listing(0, 0, null);
        try
        {
            var reader = new TarReader(new FileInput(Stream()), Options);
            long end = 0;
            while (reader.MoveNext())
            {
                var entry = reader.Entry;
                Invariant.Hold(entry.Size >= 0 && entry.StoredSize >= 0, $"sizes {entry.Size} and {entry.StoredSize}");
                Invariant.Hold(entry.Start >= end
                    && entry.Start % TarReader.BlockSize == 0, $"a record at {entry.Start} behind {end}");
                Invariant.Hold(reader.BodyStart > entry.Start, "a record without a header");
                Invariant.Hold(!entry.Name.Contains((byte)0) && !entry.LinkName.Contains((byte)0), "a NUL in a name");
                Invariant.Hold(entry.Sparse || entry.Kind != EntryKind.File
                    || entry.Size == entry.StoredSize, "a size that is not the body's");
                listing = listing.With(entry);
                end = reader.BodyStart + entry.StoredSize;
                if (readBodies)
                    Invariant.Hold(ReadBody(reader) == entry.StoredSize, "a body of another length");
            }

            Invariant.Hold(end <= bytes.Length, "a body that reaches beyond the end");
        }
        catch (ImageException e)
        {
            Invariant.Hold(
                e.Code is ImageErrors.LayerInvalid or ImageErrors.Truncated or ImageErrors.LimitExceeded
                    && e.Message.Contains("offset ", StringComparison.Ordinal),
                $"it is refused by {e.Code}: {e.Message}");
            listing = listing with { Error = e };
        }

        // One extended header may state a size up to the cap and not have it; all else is in proportion.
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Invariant.Hold(allocated <= Options.MaxExtensionBytes + (1 << 20) + (32L * bytes.Length),
            $"{allocated} bytes allocated for {bytes.Length}");
        return listing;
    }

    private static long ReadBody(TarReader reader)
    {
        long read = 0;
        while (reader.ReadBody() is { Length: > 0 } piece)
            read += piece.Length;
        return read;
    }

    private void Compare(Listing listing)
    {
        if (Magic.Detect(bytes.Span) != CompressionKind.None)
            return;
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var (layer, blob) = ReadLayer(Stream());
            Invariant.Hold(listing.Error is null, $"the layer is read, its listing is not: {listing.Error?.Message}");
            Invariant.Hold(layer.RecordCount == listing.Count
                && layer.DiskBytes == listing.FileBytes, "the layer has other records than its listing");
            Invariant.Hold(layer.TarBytes == bytes.Length
                && layer.DiffId == blob.Digest, "the layer has another length");
            CheckLayer(layer, blob);
        }
        catch (ImageException e) when (e.Code == ImageErrors.LimitExceeded)
        {
        }
        catch (ImageException e)
        {
            Invariant.Hold(e.Message == listing.Error?.Message,
                $"the layer is refused ({e.Message}), its listing otherwise ({listing.Error?.Message ?? "not"})");
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Invariant.Hold(allocated <= Options.MaxExtensionBytes + (8 << 20) + (128L * bytes.Length),
            $"{allocated} bytes allocated for a layer of {bytes.Length}");
    }

    private string RunCompressed()
    {
        if (random.OneIn(2))
        {
            bytes.Load(random.Pick(TarSeeds.Compressed).Bytes);
            for (var i = random.Below(3); i >= 0; i--)
                ByteMutator.Mutate(bytes, random, random.Pick(TarSeeds.Compressed).Bytes);
        }
        else
        {
            // The damage is in the tar; the stream around it is whole.
            bytes.Load(random.OneIn(4) ? TarSeeds.LongHeader.Bytes : Small(TarSeeds.Plain).Bytes);
            TarMutator.Mutate(bytes, random, Small(TarSeeds.Plain).Bytes);
            var tar = bytes.Span.ToArray();
            bytes.Load(random.OneIn(2) ? ArchiveBuilder.Gzip(tar) : TarSeeds.Zstd(tar));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var outcome = "read";
        try
        {
            using var unpacked = new LayerBytes(
                Stream(), Options, new ReadBudget(Options, CancellationToken.None), onBytes: null);
            do
            {
                block.Length = 0;
                block.Points.Clear();
            }
            while (unpacked.Fill(block));
        }
        catch (ImageException e)
        {
            outcome = e.Code;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Invariant.Hold(allocated <= 24 << 20, $"{allocated} bytes allocated to unpack {bytes.Length}");
        try
        {
            var (layer, blob) = ReadLayer(Stream());
            Invariant.Hold(outcome == "read", $"the layer is read, but unpacking it is refused by {outcome}");
            CheckLayer(layer, blob);
        }
        catch (ImageException e)
        {
            outcome = e.Code;
        }

        return outcome;
    }

    private static (Layer Layer, LayerBlob Blob) ReadLayer(Stream stream) =>
        new LayerReader(Options, new ReadBudget(Options, CancellationToken.None), ImageAnalyzer.Wanted)
            .Read(stream, null, null, CancellationToken.None);

    private void CheckLayer(Layer layer, LayerBlob blob)
    {
        Invariant.OfLayer(layer, blob);
        Invariant.Hold(blob.Digest.Hex == Convert.ToHexStringLower(SHA256.HashData(bytes.Span)),
            "the digest is another");
        var upper = new ImageLayer(1, layer, blob, null);
        Invariant.OfTree(FileTree.Merge([lower, upper, lower with { Index = 2 }], Options, CancellationToken.None));
    }

    private readonly record struct Listing(int Count, long FileBytes, ImageException? Error)
    {
        public Listing With(TarEntry entry) => this with
        {
            Count = Count + 1,
            FileBytes = unchecked(FileBytes + (entry.Kind == EntryKind.File ? entry.Size : 0)),
        };
    }
}
