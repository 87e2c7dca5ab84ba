using System.IO.Compression;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Layers.Tar;
using ImageInsight.Analysis.Packages.Jars;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// Archives outside of what is installed: <see cref="ArchiveMembers"/> are kept, which tell whether one was unpacked.
/// </summary>
internal sealed class ArchiveFiles() : WantedFile(Kind)
{
    public const CaptureKind Kind = (CaptureKind)42;

    /// <summary>Less is no finding.</summary>
    private const int SmallestBytes = 10_000;

    /// <summary>Held while it is looked at; of a bigger one nothing is told.</summary>
    private const int MaxBytes = 32 << 20;

    /// <summary>Texts are packed to a fifth; what unpacks to more is given up.</summary>
    private const int MostPerByte = 8;

    /// <summary>Inflated bytes in a step: as long as to look at so few.</summary>
    private const int InflatedPerStep = 16;

    /// <summary>Archives in there are an installed program's, or a cache's.</summary>
    private static readonly string[] Skipped =
        ["usr/share/", "usr/lib/", "usr/local/lib/", "usr/local/share/", "var/lib/", "var/cache/", "node_modules/",
            "site-packages/", "dist-packages/", "/.cache/", "/.npm/", "/.yarn/", "/.m2/", "/.gradle/", "/gems/"];

    private static readonly byte[][] SkippedFolders = [.. Skipped.Select(System.Text.Encoding.UTF8.GetBytes)];

    public override IReadOnlyList<string> NameEnds => [".tar", ".tar.gz", ".tgz", ".zip"];

    public override bool NotesOmitted => false;

    public override int Limit(in LayerFile file)
    {
        if (file.Size is < SmallestBytes or > MaxBytes)
            return 0;
        foreach (var folder in SkippedFolders)
            if (file.Path.IndexOf(folder) >= 0)
                return 0;
        return MaxBytes;
    }

    public override byte[]? Keep(ReadOnlySpan<byte> path, byte[] buffer, int length, WorkBudget work)
    {
        work.Spend((length / BytesPerStep) + 1);
        var members = new ArchiveMembers();
        var meter = new Meter((long)length * MostPerByte, work);
        try
        {
            var whole = buffer.AsSpan(0, length).StartsWith("PK"u8) ? Zip(buffer.AsMemory(0, length), members, meter)
                : Tar(buffer, length, members, meter);
            return whole && members.Count > 0 ? members.Write() : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool Zip(ReadOnlyMemory<byte> file, ArchiveMembers members, Meter meter)
    {
        if (ZipDirectory.Open(file, meter.Work) is not { } zip)
            return false;
        var buffer = new byte[16 << 10];
        while (zip.TryNext())
        {
            if (zip.Length == 0)
                continue;
            using var body = zip.OpenRead();
            if (body is null || !members.TryAdd(body, zip.Length, buffer, meter.Take))
                return false;
        }

        return true;
    }

    private static bool Tar(byte[] file, int length, ArchiveMembers members, Meter meter)
    {
        using var stored = new MemoryStream(file, 0, length, writable: false);
        using Stream tar = file.AsSpan(0, length).StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b])
            ? new GZipStream(stored, CompressionMode.Decompress) : stored;
        var header = new byte[TarBlock.Size];
        var buffer = new byte[16 << 10];
        while (true)
        {
            var read = tar.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (read < header.Length || TarBlock.IsZero(header))
                return read is 0 or TarBlock.Size;
            if (!meter.Take(read) || !TarBlock.HasValidSum(header)
                || !TarNumber.TryParse(header.AsSpan(124, 12), out var size) || size < 0)
                return false;
            // Sparse files and those whose size stands in a record before them are not read.
            var isFile = TarBlock.KindOf(header[156]) == EntryKind.File && header[156] != (byte)'S';
            if (size == 0 || TarBlock.KindOf(header[156]) is EntryKind.HardLink or EntryKind.Symlink)
                continue;
            if (!(isFile ? members.TryAdd(tar, size, buffer, meter.Take) : Skip(tar, size, buffer, meter))
                || !Skip(tar, (TarBlock.Size - (size % TarBlock.Size)) % TarBlock.Size, buffer, meter))
                return false;
        }
    }

    private static bool Skip(Stream tar, long bytes, byte[] buffer, Meter meter)
    {
        while (bytes > 0)
        {
            var read = tar.Read(buffer, 0, (int)Math.Min(bytes, buffer.Length));
            if (read == 0 || !meter.Take(read))
                return false;
            bytes -= read;
        }

        return true;
    }

    /// <summary>What may be unpacked yet.</summary>
    private sealed class Meter(long most, WorkBudget work)
    {
        private long left = most;

        public WorkBudget Work => work;

        public bool Take(int bytes)
        {
            work.Spend((bytes / InflatedPerStep) + 1);
            return (left -= bytes) >= 0;
        }
    }
}
