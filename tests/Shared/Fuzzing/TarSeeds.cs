using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>Small tars with something of everything a tar can have.</summary>
internal static class TarSeeds
{
    /// <summary>
    /// A header longer than what is held at once, and noise only where the first block of 256 KiB ends.
    /// </summary>
    public static FuzzSeed LongHeader { get; } = MakeLongHeader();

    public static IReadOnlyList<FuzzSeed> Plain { get; } =
    [
        .. Create(), .. FuzzSeed.Files("tar").Concat(FuzzSeed.Files("layers")).Select(Unpacked).OfType<FuzzSeed>()
    ];

    public static IReadOnlyList<FuzzSeed> Compressed { get; } =
    [
        .. Create().Append(LongHeader).SelectMany(Compress), .. FuzzSeed.Files("compress"), .. Archives("tar"),
        .. Archives("layers")
    ];

    public static byte[] Zstd(byte[] bytes)
    {
        using var compressor = new ZstdSharp.Compressor();
        return compressor.Wrap(bytes).ToArray();
    }

    private static byte[] Bzip2(byte[] bytes)
    {
        var stream = new MemoryStream();
        using (var bzip2 = new ICSharpCode.SharpZipLib.BZip2.BZip2OutputStream(stream, 1) { IsStreamOwner = false })
            bzip2.Write(bytes, 0, bytes.Length);
        return stream.ToArray();
    }

    private static IEnumerable<FuzzSeed> Create()
    {
        var tree = new LayerBuilder().Directory("d").File("d/a", 700).File("b", 0).Symlink("s", "d/a")
            .HardLink("h", "d/a")
            .HardLink("data", "b", new byte[600]).Whiteout("d/old").Opaque("d").File("d/" + new string('n', 200), 5)
            .Symlink("far", new string('t', 300)).Record("char"u8.ToArray(), '3', [])
            .Record("fifo"u8.ToArray(), '6', []);
        yield return new FuzzSeed("tree", tree.ToArray());
        var pax = new LayerBuilder().Record("g"u8.ToArray(), 'g', "12 mtime=77\n"u8.ToArray()).File("a", 3)
            .Pax(("path", "long/" + new string('p', 300)), ("size", "10"), ("mtime", "-1.5"), ("uid", "3000000000"))
            .File("x", 10)
            .Pax(("SCHILY.xattr.user.a", "1"), ("SCHILY.xattr.user.b", "2")).File("xattrs", 1)
            .Pax(("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0"), ("GNU.sparse.name", "sparse"),
                ("GNU.sparse.realsize", "100000"))
            .File("GNUSparseFile.0/sparse", Encoding.ASCII.GetBytes(
                "1\n0\n512\n".PadRight(512, '\0') + new string('x', 512)))
            .Pax(("GNU.sparse.size", "9000"), ("GNU.sparse.map", "0,100")).File("sparse01", 100)
            .Pax(("GNU.sparse.size", "9000"), ("GNU.sparse.offset", "0"), ("GNU.sparse.numbytes", "100"))
            .File("sparse00", 100)
            .Pax(("linkpath", new string('l', 200))).Symlink("link", "x");
        yield return new FuzzSeed("pax", pax.ToArray());
        yield return new FuzzSeed("old-sparse", OldSparse());
        foreach (var format in new[]
        {
            TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu
        })
            yield return new FuzzSeed("dotnet-" + format, Dotnet(format));
    }

    private static FuzzSeed MakeLongHeader()
    {
        var noise = new byte[24_000];
        var random = new FuzzRandom();
        random.Start(1);
        foreach (ref var b in noise.AsSpan())
            b = random.Byte();
        var attribute = new string('a', 244_000) + Convert.ToBase64String(noise) + new string('a', 100_000);
        return new FuzzSeed("long-header", new LayerBuilder().File("a", 3).Pax(("SCHILY.xattr.user.a", attribute))
            .File("b", 3).File("c", 10).ToArray());
    }

    private static byte[] OldSparse()
    {
        var header = new LayerBuilder().Record("sparse"u8.ToArray(), 'S', []).ToArray(endBlocks: false);
        "00000001000\0"u8.CopyTo(header.AsSpan(124)); // 512 bytes stored,
        "00003641100\0"u8.CopyTo(header.AsSpan(483)); // 1,000,000 in all
        header[482] = 1; // and one more block of the map.
        LayerBuilder.SetSum(header);
        return [.. header, .. new byte[512], .. new byte[512], .. new LayerBuilder().File("after", 3).ToArray()];
    }

    private static byte[] Dotnet(TarEntryFormat format)
    {
        var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, format, leaveOpen: true))
        {
            Write(TarEntryType.Directory, "d/", null);
            Write(format == TarEntryFormat.V7 ? TarEntryType.V7RegularFile
                : TarEntryType.RegularFile, "d/f", "content"u8.ToArray());
            Write(TarEntryType.SymbolicLink, "d/s", null);
            Write(TarEntryType.HardLink, "d/h", null);

            void Write(TarEntryType type, string name, byte[]? body)
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(type, name),
                    TarEntryFormat.Ustar => new UstarTarEntry(type, name),
                    TarEntryFormat.Pax => new PaxTarEntry(type, name),
                    _ => new GnuTarEntry(type, name),
                };
                entry.ModificationTime = DateTimeOffset.UnixEpoch;
                if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
                    entry.LinkName = "d/f";
                if (body is not null)
                    entry.DataStream = new MemoryStream(body);
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    private static IEnumerable<FuzzSeed> Compress(FuzzSeed tar)
    {
        var half = tar.Bytes.Length / 2;
        yield return new FuzzSeed(tar.Name + ".gz", ArchiveBuilder.Gzip(tar.Bytes));
        yield return new FuzzSeed(
            tar.Name + ".members.gz",
            [.. ArchiveBuilder.Gzip(tar.Bytes[..half]), .. ArchiveBuilder.Gzip([]), .. ArchiveBuilder.Gzip(
                tar.Bytes[half..])]);
        yield return new FuzzSeed(tar.Name + ".zst", Zstd(tar.Bytes));
        yield return new FuzzSeed(
            tar.Name + ".frames.zst",
            [0x51, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4, .. Zstd(tar.Bytes[..half]), .. Zstd(tar.Bytes[half..])]);
        yield return new FuzzSeed(tar.Name + ".bz2", Bzip2(tar.Bytes));
    }

    private static FuzzSeed? Unpacked(FuzzSeed file)
    {
        if (file.Name.EndsWith(".tar", StringComparison.Ordinal))
            return file;
        if (!file.Name.EndsWith(".gz", StringComparison.Ordinal))
            return null;
        try
        {
            using var gzip = new GZipStream(new MemoryStream(file.Bytes), CompressionMode.Decompress);
            var bytes = new byte[192 << 10];
            return new FuzzSeed(
                file.Name + "/unpacked", bytes[..gzip.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)]);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static IEnumerable<FuzzSeed> Archives(string folder) =>
        FuzzSeed.Files(folder).Where(f => !f.Name.EndsWith(".tar", StringComparison.Ordinal));
}
