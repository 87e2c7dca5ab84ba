using System.Collections.Concurrent;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.References;
using ImageInsight.Analysis.Sources;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Analysis.Sources.Arriving;
using Microsoft.Win32.SafeHandles;

namespace ImageInsight.Analysis.Tests.Sources;

/// <summary>Archives and blobs that are read while they are written.</summary>
public sealed class ArrivalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("insight-arrival-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ArchiveBuilder Image => new ArchiveBuilder()
        .WithLayer(l => l.Directory("d").File("d/a", 70_000).File("d/b", 300))
        .WithLayer(l => l.Whiteout("d/a").File("d/c", 5000, 'c'))
        .WithLayer(l => l.File("e", 1));

    public static TheoryData<string> Kinds => ["docker", "docker of gzip", "layout of gzip", "in gzip", "in zstd"];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_layer_of_an_archive_in_pieces_is_read_as_it_is_from_the_whole(string kind)
    {
        var archive = Write(kind);
        for (var seed = 0; seed < 5; seed++)
        {
            using var writer = new Writer(folder);
            var taken = new Taken();
            var reader = ImageAnalyzer.ReadOnArrival(new AnalysisOptions(), taken, Token);
            var reading = reader.ReadArchiveAsync(writer.File, () => ArchiveScratch.Create(folder));
            await writer.WriteAsync(archive, new Random(seed));
            await reading;

            Assert.Equal(3, reader.Layers.Count);
            var known = new ArrivedArchive(reader.Layers, reader.Unpacked);
            using var opened = await ImageArchive.OpenAsync(
                writer.FileName, folder, new AnalysisOptions(), known, Token);
            var fresh = await AnalyzeAsync(await OpenAsync(archive), known: null);
            // Nothing but the layers that were taken: a source that is asked for one fails the test.
            var image = opened.Images[0];
            var result = await new ImageAnalyzer(new AnalysisOptions(), taken).AnalyzeAsync(
                new NoBytes(), image, null, Token);
            Assert.Equal(fresh.Tree.Ledger, result.Tree.Ledger);
            Assert.Equal(
                fresh.Facts.Layers.Select(l => (l.Layer.DiffId, l.Blob.Digest, l.Blob.PullBytes)),
                result.Facts.Layers.Select(l => (l.Layer.DiffId, l.Blob.Digest, l.Blob.PullBytes)));
        }
    }

    [Fact]
    public async Task A_layer_is_read_before_the_rest_of_the_archive_is_there()
    {
        var archive = Write("docker");
        using var writer = new Writer(folder);
        var taken = new Taken();
        var reader = ImageAnalyzer.ReadOnArrival(new AnalysisOptions(), taken, Token);
        var reading = reader.ReadArchiveAsync(writer.File, () => throw new InvalidOperationException());
        // The first layer has one block of header and its tar; of the second there is nothing.
        var first = 512 + Layer(0).Length;
        writer.Write(archive.AsSpan(0, first));
        while (reader.Layers.Count == 0)
            await Task.Delay(5, Token);
        Assert.False(reading.IsCompleted);
        Assert.Equal((1, 1), (reader.Progress.LayersDone, reader.Progress.LayersTotal));
        writer.Write(archive.AsSpan(first));
        writer.End();
        await reading;
        Assert.Equal(3, taken.Count);
    }

    [Fact]
    public async Task A_blob_that_comes_in_several_requests_is_read_across_them()
    {
        var blob = ArchiveBuilder.Gzip(Layer(0));
        using var writer = new Writer(folder);
        var taken = new Taken();
        var reader = ImageAnalyzer.ReadOnArrival(new AnalysisOptions(), taken, Token);
        var reading = reader.ReadBlobAsync(writer.File);
        for (var at = 0; at < blob.Length; at += 100)
        {
            writer.Write(blob.AsSpan(at, Math.Min(100, blob.Length - at)));
            writer.Reopen();
        }

        writer.End();
        await reading;
        Assert.True(taken.Has(ArchiveBuilder.Sha(Layer(0)), ArchiveBuilder.Sha(blob)));
    }

    [Fact]
    public async Task What_is_no_layer_or_damaged_is_left_to_the_analysis()
    {
        var damaged = ArchiveBuilder.Gzip(Layer(0));
        damaged[^6] ^= 1; // of its checksum
        var archive = new LayerBuilder()
            .File("a.json", "{\"a\": 1}"u8.ToArray().Concat(new byte[1000]).ToArray())
            .File("damaged", damaged)
            .File("text.gz", ArchiveBuilder.Gzip(new byte[3000]))
            .File("whole", Layer(1))
            .ToArray();
        using var writer = new Writer(folder);
        var taken = new Taken();
        var reader = ImageAnalyzer.ReadOnArrival(new AnalysisOptions(), taken, Token);
        var reading = reader.ReadArchiveAsync(writer.File, () => throw new InvalidOperationException());
        await writer.WriteAsync(archive, new Random(1));
        await reading;
        // Of zeros alone: an empty layer, as some writers store it.
        Assert.True(taken.Has(ArchiveBuilder.Sha(Layer(1)), ArchiveBuilder.Sha(Layer(1))));
        Assert.False(taken.HasBlob(ArchiveBuilder.Sha(damaged)));
    }

    [Fact]
    public async Task Told_to_stop_it_stops_waiting()
    {
        using var writer = new Writer(folder);
        using var stop = new CancellationTokenSource();
        var reader = ImageAnalyzer.ReadOnArrival(new AnalysisOptions(), new Taken(), stop.Token);
        var reading = reader.ReadArchiveAsync(writer.File, () => throw new InvalidOperationException());
        writer.Write(Write("docker").AsSpan(0, 2000));
        await Task.Delay(50, Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reading.WaitAsync(TimeSpan.FromSeconds(20), Token));
    }

    [Fact]
    public async Task A_layer_that_is_not_what_the_config_says_is_read_and_refused_all_the_same()
    {
        var archive = Image.DockerArchive(diffId: i => "sha256:" + new string((char)('1' + i), 64));
        using var writer = new Writer(folder);
        var taken = new Taken();
        var reader = ImageAnalyzer.ReadOnArrival(new AnalysisOptions(), taken, Token);
        var reading = reader.ReadArchiveAsync(writer.File, () => throw new InvalidOperationException());
        await writer.WriteAsync(archive, new Random(1));
        await reading;
        Assert.Equal(3, reader.Layers.Count);
        using var opened = await ImageArchive.OpenAsync(
            writer.FileName, folder, new AnalysisOptions(), new ArrivedArchive(reader.Layers), Token);
        var error = await Assert.ThrowsAsync<ImageException>(() => AnalyzeAsync(opened, taken));
        Assert.Equal(ImageErrors.DigestMismatch, error.Code);
    }

    [Fact]
    public async Task An_archive_beyond_the_caps_of_an_image_is_given_up_and_not_claimed()
    {
        var archive = Write("docker");
        using var writer = new Writer(folder);
        var reader = ImageAnalyzer.ReadOnArrival(new AnalysisOptions { MaxEntries = 3 }, new Taken(), Token);
        var reading = reader.ReadArchiveAsync(writer.File, () => throw new InvalidOperationException());
        await writer.WriteAsync(archive, new Random(1));
        await reading;
        Assert.True(reader.Layers.Count < 3);
    }

    private static byte[] Layer(int index) => index switch
    {
        0 => new LayerBuilder().Directory("d").File("d/a", 70_000).File("d/b", 300).ToArray(),
        _ => new LayerBuilder().Whiteout("d/a").File("d/c", 5000, 'c').ToArray(),
    };

    private static byte[] Write(string kind) => kind switch
    {
        "docker" => Image.DockerArchive(),
        "docker of gzip" => Image.DockerArchive(ArchiveBuilder.Gzip),
        "layout of gzip" => ArchiveBuilder.OciLayout(
            ArchiveBuilder.Gzip, "application/vnd.oci.image.layer.v1.tar+gzip", Image),
        "in gzip" => ArchiveBuilder.Gzip(Image.DockerArchive()),
        "in zstd" => Zstd(Image.DockerArchive()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    private async Task<ImageArchive> OpenAsync(byte[] archive)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(path, archive, Token);
        return await ImageArchive.OpenAsync(path, folder, new AnalysisOptions(), Token);
    }

    private static async Task<ImageAnalysis> AnalyzeAsync(ImageArchive archive, IKnownLayers? known)
    {
        using (archive)
            return await new ImageAnalyzer(new AnalysisOptions(), known).AnalyzeAsync(
                archive, archive.Images[0], null, Token);
    }

    /// <summary>What was read, kept as a store would.</summary>
    private sealed class Taken : IVerifiedLayers, IKnownLayers
    {
        private readonly ConcurrentDictionary<(Digest, Digest), (Layer, LayerBlob)> layers = new();

        public int Count => layers.Count;

        public void Take(Layer layer, LayerBlob blob) => layers[(layer.DiffId, blob.Digest)] = (layer, blob);

        public Task<(Layer Layer, LayerBlob Blob)?> FindAsync(
            Digest diffId, Digest blob, CancellationToken cancellationToken) => Task.FromResult(
            layers.TryGetValue((diffId, blob), out var found) ? found : ((Layer, LayerBlob)?)null);

        public bool Has(string diffId, string blob) => layers.ContainsKey((Digest.Parse(diffId), Digest.Parse(blob)));

        public bool HasBlob(string blob) => layers.Keys.Any(k => k.Item2 == Digest.Parse(blob));
    }

    private sealed class NoBytes : ILayerSource
    {
        public Stream OpenLayer(SourceLayer layer, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("It was read before.");
    }

    /// <summary>As the spool writes.</summary>
    private sealed class Writer : IDisposable
    {
        private SafeFileHandle handle;
        private long length;

        public Writer(string folder)
        {
            FileName = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            handle = System.IO.File.OpenHandle(FileName, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            File.Attach(handle);
        }

        public string FileName { get; }

        public GrowingFile File { get; } = new();

        public void Write(ReadOnlySpan<byte> bytes)
        {
            RandomAccess.Write(handle, bytes, length);
            File.Advance(length += bytes.Length);
        }

        /// <summary>The next request writes on.</summary>
        public void Reopen()
        {
            File.Detach();
            handle.Dispose();
            // Nobody who reads holds it: else this fails.
            handle = System.IO.File.OpenHandle(FileName, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            File.Attach(handle);
        }

        public async Task WriteAsync(byte[] bytes, Random random)
        {
            for (var at = 0; at < bytes.Length;)
            {
                var count = Math.Min(bytes.Length - at, random.Next(1, 30_000));
                Write(bytes.AsSpan(at, count));
                at += count;
                if (random.Next(3) == 0)
                    await Task.Delay(1, Token);
            }

            End();
        }

        public void End()
        {
            File.Detach();
            handle.Dispose();
            File.Complete(FileName);
        }

        public void Dispose()
        {
            File.Dispose();
            handle.Dispose();
        }
    }
}
