using System.Buffers;
using System.IO.Compression;
using ImageInsight.Analysis.Layers.Compression;

namespace ImageInsight.Analysis.Tests.Layers;

/// <summary>ISA-L reads every gzip stream as .NET does, and refuses what .NET refuses.</summary>
public sealed class IsalTests
{
    public static TheoryData<string> Streams =>
        ["text", "noise", "zeros", "stored", "members", "empty members", "nothing", "garbage behind", "zeros behind",
            "a member without end", "fields", "members with fields", "a long header"];

    private static byte[] Text { get; } =
    [
        .. Enumerable.Range(0, 60_000).SelectMany(i => System.Text.Encoding.ASCII.GetBytes($"line {i % 977} of {i}\n"))
    ];

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_is_read_as_dotnet_reads_it(string name)
    {
        SkipWithoutIsal();
        var blob = Make(name);
        var expected = Managed(blob);
        Assert.True(expected.Length > 0 || name is "nothing" or "empty members");
        foreach (var piece in (int[])[1 << 18, 4096, 777])
            Assert.True(expected.AsSpan().SequenceEqual(Native(blob, piece)), $"{name} in pieces of {piece}");
    }

    [Fact]
    public void A_stream_that_is_cut_ends_where_it_is_cut()
    {
        SkipWithoutIsal();
        var blob = Pack(Text[..5000], CompressionLevel.Optimal);
        for (var length = 0; length < blob.Length; length++)
        {
            var (whole, native) = (Managed(blob[..length]), Native(blob[..length], 4096));
            // Neither says that it was cut, and both give the beginning; how much of it may differ by what is held
            // back.
            Assert.True(Text.AsSpan().StartsWith(native), $"{length}");
            Assert.InRange(native.Length, whole.Length - 300, whole.Length + 300);
        }
    }

    [Fact]
    public void Whatever_is_changed_in_a_stream_is_refused_by_both_or_read_alike()
    {
        SkipWithoutIsal();
        var random = new Random(7);
        var blob = Pack(Text[..20_000], CompressionLevel.Optimal);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            byte[] changed = [.. blob];
            var at = random.Next(10, blob.Length);
            changed[at] ^= (byte)(1 << random.Next(8));
            var (managed, native) = (Try(() => Managed(changed)), Try(() => Native(changed, 4096)));
            refused += native is null ? 1 : 0;
            if (managed is not null && native is not null)
                Assert.True(managed.AsSpan().SequenceEqual(native), $"case {i}");
            else if (managed is null)
                Assert.True(native is null || native.Length < 20_000, $"case {i}: only .NET refuses it");
            else
                // A stream that seems to go on where it ends: .NET says nothing of that.
                Assert.True(managed.Length < 20_000, $"case {i} at {at} of {blob.Length}: only ISA-L refuses it");
        }

        Assert.True(refused > 2000);
    }

    [Fact]
    public async Task An_image_is_the_same_by_both()
    {
        SkipWithoutIsal();
        var image = new ArchiveBuilder()
            .WithLayer(l => l.File("a", Text).File("b", 300_000).Directory("d").File("d/c", Make("noise")))
            .DockerArchive(tar => Pack(tar, CompressionLevel.Optimal));
        var (native, managed) = (await Images.AnalyzeAsync(image), await Images.AnalyzeAsync(
            image, new AnalysisOptions { NativeInflate = false }));
        var (a, b) = (native.Facts.Layers[0], managed.Facts.Layers[0]);
        Assert.Equal((a.Layer.DiffId, a.Blob.Digest, a.Blob.Size, a.Blob.PullBytes),
            (b.Layer.DiffId, b.Blob.Digest, b.Blob.Size, b.Blob.PullBytes));
        Assert.Equal(a.Blob.Size, a.Blob.Shares.Sum() + a.Blob.Tail);
        // Positions are known every 8 KiB by both.
        for (var i = 0; i < a.Blob.Shares.Count; i++)
            Assert.InRange(a.Blob.Shares[i], b.Blob.Shares[i] - (16 << 10), b.Blob.Shares[i] + (16 << 10));
    }

    private static byte[] Make(string name)
    {
        var noise = new byte[700_000];
        new Random(1).NextBytes(noise);
        return name switch
        {
            "text" => Pack(Text, CompressionLevel.Optimal),
            "noise" => Pack(noise, CompressionLevel.Fastest),
            "zeros" => Pack(new byte[3_000_000], CompressionLevel.SmallestSize),
            "stored" => Pack(Text, CompressionLevel.NoCompression),
            "members" => [.. Pack(Text, CompressionLevel.Optimal), .. Pack(noise, CompressionLevel.Optimal), .. Pack(
                [], CompressionLevel.Optimal), .. Pack(Text, CompressionLevel.Fastest)],
            "empty members" => [.. Enumerable.Repeat(Pack([], CompressionLevel.Optimal), 20_000).SelectMany(m => m)],
            "nothing" => [],
            "garbage behind" => [.. Pack(Text, CompressionLevel.Optimal), .. "garbage"u8],
            "zeros behind" => [.. Pack(Text, CompressionLevel.Optimal), .. new byte[10_000]],
            "a member without end" => [.. Pack(Text, CompressionLevel.Optimal), 0x1f, 0x8b, 8, 0],
            // A name, a comment and an extra field in the header.
            "fields" => Pack(Text, CompressionLevel.Optimal) is var plain
                ? [0x1f, 0x8b, 8, 4 + 8 + 16, 0, 0, 0, 0, 0, 3, 5, 0, 1, 2, 3, 4, 5, .. "name.tar\0"u8,
                    .. "a comment\0"u8, .. plain[10..]]
                : [],
            // Headers with two fields and a checksum of their own, cut by reads at any of their bytes.
            "members with fields" =>
            [
                .. Enumerable.Range(
                    0, 300).SelectMany(
                        i => WithHeader(noise[(i * 900)..((i * 900) + 600 + i)], extra: i, checksum: i % 2 == 0))
            ],
            "a long header" => WithHeader(Text, extra: 65_535, checksum: true),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    private static byte[] WithHeader(byte[] content, int extra, bool checksum)
    {
        byte[] header =
        [
            0x1f, 0x8b, 8, (byte)(4 + 8 + 16 + (checksum ? 2 : 0)), 0, 0, 0, 0, 0, 3, (byte)extra, (byte)(extra >> 8),
            .. new byte[extra], .. "name.tar\0"u8, .. "a comment\0"u8
        ];
        var sum = System.IO.Hashing.Crc32.HashToUInt32(header);
        return [.. header, .. checksum ? (byte[])[
            (byte)sum, (byte)(sum >> 8)
        ] : [], .. Pack(content, CompressionLevel.Optimal)[10..]];
    }

    private static byte[] Pack(byte[] content, CompressionLevel level)
    {
        if (content.Length == 0)
            return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level))
            gzip.Write(content);
        return packed.ToArray();
    }

    private static byte[] Managed(byte[] blob)
    {
        using var stream = new GZipStream(new MemoryStream(blob), CompressionMode.Decompress);
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] Native(byte[] blob, int piece)
    {
        using var stream = new IsalGzipInput(new MemoryStream(blob), IsalInflater.Open()!);
        var content = new ArrayBufferWriter<byte>();
        while (stream.Read(content.GetSpan(piece)[..piece]) is > 0 and var read)
            content.Advance(read);
        return content.WrittenSpan.ToArray();
    }

    private static byte[]? Try(Func<byte[]> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static void SkipWithoutIsal() =>
        Assert.SkipUnless(IsalInflater.IsAvailable, "libisal2 is not installed; scripts/test.sh installs it.");
}
