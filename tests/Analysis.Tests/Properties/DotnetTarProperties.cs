using System.Formats.Tar;
using System.IO.Hashing;
using System.Text;
using CsCheck;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Tests.Fuzzing;

using OurReader = ImageInsight.Analysis.Layers.Tar.TarReader;

namespace ImageInsight.Analysis.Tests.Properties;

/// <summary>What .NET's own writer writes comes back to the last field, by seeking and by streaming.</summary>
public sealed class DotnetTarProperties
{
    private static readonly Gen<string> Part = Gen.Frequency(
        (6, Gen.Char["abcXYZ019.-_ %"].Array[1, 12].Select(c => new string(c))),
        (2, Gen.OneOfConst(
            "é", "日本語", "a\u0301", "\u202etxt.exe", "back\\slash", "new\nline", ".wh.x", "...", "\u001b[31m", "😀")))
        .Where(p => p is not ("." or ".."));

    private static readonly Gen<string> LongPart = Gen.Char['a', 'z'].Array[60, 250].Select(c => new string(c));

    private static Gen<string> Path(TarEntryFormat format) => format is TarEntryFormat.Pax or TarEntryFormat.Gnu
        ? Gen.Frequency((5, Part), (1, LongPart)).Array[1, 6].Select(p => string.Join('/', p))
        // The others hold 100 bytes; ustar a directory of 155 more.
        : Part.Array[1, 3].Select(Part.Array[0, 2], (a, b) =>
            string.Join('/', format == TarEntryFormat.Ustar ? [
                .. b, new string('p', 40), new string('q', 40), .. a
            ] : a))
            .Where(p => Encoding.UTF8.GetByteCount(p) < 95 || format == TarEntryFormat.Ustar);

    private static readonly Gen<byte[]> Content = Gen.Frequency(
        (2, Gen.Const(0)), (4, Gen.Int[1, 2000]),
        (2, Gen.OneOfConst(511, 512, 513, 1024, 65_535, 65_536, 262_144, 300_000)))
        .Select(Gen.Byte, (length, first) =>
        {
            var bytes = new byte[length];
            for (var i = 0; i < length; i++)
                bytes[i] = (byte)(first + (i / 7));
            return bytes;
        });

    private static Gen<WrittenEntry> Entry(TarEntryFormat format)
    {
        var big = format is TarEntryFormat.Pax or TarEntryFormat.Gnu;
        var type = format == TarEntryFormat.V7
            ? Gen.OneOfConst(TarEntryType.RegularFile, TarEntryType.RegularFile, TarEntryType.Directory,
                TarEntryType.SymbolicLink, TarEntryType.HardLink)
            : Gen.OneOfConst(
                TarEntryType.RegularFile, TarEntryType.RegularFile, TarEntryType.RegularFile, TarEntryType.Directory,
                TarEntryType.SymbolicLink, TarEntryType.HardLink, TarEntryType.CharacterDevice,
                TarEntryType.BlockDevice, TarEntryType.Fifo);
        var id = big ? Gen.Frequency((3, Gen.Int[0, 2_097_151]), (1, Gen.Int[2_097_152, int.MaxValue]))
            : Gen.Int[0, 2_097_151];
        var seconds = big
            ? Gen.Frequency((3, Gen.Long[0, 8_589_934_591]), (1, Gen.Long[-2_000_000_000, -1]),
                (1, Gen.Long[8_589_934_592, 20_000_000_000]))
            : Gen.Long[0, 8_589_934_591];
        var ticks = format == TarEntryFormat.Pax
            ? seconds.Select(Gen.Frequency((1, Gen.Const(0L)), (1, Gen.Long[0, 9_999_999])), (
                s, t) => (s * TimeSpan.TicksPerSecond) + t)
            : seconds.Select(s => s * TimeSpan.TicksPerSecond);
        var attributes = format == TarEntryFormat.Pax
            ? Gen.Frequency((3, Gen.Const(0)), (1, Gen.Int[1, 4]), (1, Gen.Const(3000))).Select(n =>
                Enumerable.Range(0, n).ToDictionary(i => $"SCHILY.xattr.user.key{i}", i => "value=" + i))
            : Gen.Const(new Dictionary<string, string>());
        return Gen.Select(
            Gen.Select(Path(format), type, Path(format == TarEntryFormat.Ustar ? TarEntryFormat.V7 : format), Content),
            Gen.Select(Gen.Int[0, 0xfff], id, id, ticks),
            Gen.Select(Gen.Int[0, 4095], Gen.Int[0, 262_143], attributes),
            (what, whose, more) =>
            {
                var (name, kind, target, content) = what;
                var isDevice = kind is TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
                return new WrittenEntry(name, kind)
                {
                    Target = kind is TarEntryType.SymbolicLink or TarEntryType.HardLink ? target : "",
                    Content = kind == TarEntryType.RegularFile ? content : [],
                    Mode = whose.Item1,
                    Uid = whose.Item2,
                    Gid = whose.Item3,
                    Mtime = whose.Item4,
                    Major = isDevice ? more.Item1 : 0,
                    Minor = isDevice ? more.Item2 : 0,
                    Attributes = more.Item3,
                };
            });
    }

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Every_field_comes_back(TarEntryFormat format) => Entry(format).Array[0, 12].Sample(
        entries =>
        {
            var stream = new MemoryStream();
            using (var writer = new TarWriter(stream, format, leaveOpen: true))
                foreach (var entry in entries)
                    entry.Write(writer);
            Assert.Equal(entries.Select(Expected), Seek(stream.ToArray()));
            AssertLayer(entries, stream.ToArray());
        },
        iter: 300,
        print: entries => "\n" + string.Join('\n', entries.AsEnumerable()));

    private sealed record Line(
        string Name, EntryKind Kind, long Size, int Mode, long Uid, long Gid, long Mtime, string Link, int Major,
        int Minor, bool HasAttributes, UInt128 Content);

    private static Line Expected(WrittenEntry e) => new(
        e.Name, Kind(e.Type), e.Content.Length, e.Mode, e.Uid, e.Gid,
        (long)Math.Floor((decimal)e.Mtime / TimeSpan.TicksPerSecond), e.Target, e.Major, e.Minor,
        e.Attributes.Count > 0, XxHash128.HashToUInt128(e.Content));

    private static List<Line> Seek(byte[] tar)
    {
        var lines = new List<Line>();
        var reader = new OurReader(new FileInput(new MemoryStream(tar)), new AnalysisOptions());
        while (reader.MoveNext())
        {
            var e = reader.Entry;
            var line = new Line(
                Encoding.UTF8.GetString(e.Name).TrimEnd('/'), e.Kind, e.Size, e.Mode, e.Uid, e.Gid, e.Mtime,
                Encoding.UTF8.GetString(e.LinkName), e.DeviceMajor, e.DeviceMinor, e.XattrHash != 0, 0);
            var hash = new XxHash128();
            while (reader.ReadBody() is { Length: > 0 } piece)
                hash.Append(piece);
            lines.Add(line with { Content = hash.GetCurrentHashAsUInt128() });
        }

        return lines;
    }

    /// <summary>
    /// Records in tar order with their parents' names before them; whatever is not a record is an implied directory.
    /// </summary>
    private static void AssertLayer(WrittenEntry[] written, byte[] tar)
    {
        var options = new AnalysisOptions();
        var (layer, blob) = new LayerReader(
            options, new ReadBudget(options, CancellationToken.None), ImageAnalyzer.Wanted)
            .Read(new MemoryStream(tar), null, null, CancellationToken.None);
        Invariant.OfLayer(layer, blob);
        var records = Enumerable.Range(0, layer.Entries.Count).Where(i => layer.Entries.Kind(i) != EntryKind.Implied)
            .ToList();
        Assert.Equal(written.Length, records.Count);
        for (var i = 0; i < written.Length; i++)
        {
            var (w, e) = (written[i], layer.Entries[records[i]]);
            var expected = Expected(w);
            Assert.Equal(w.Name, PathOf(layer.Entries, records[i]));
            Assert.Equal(expected with { Name = "", Content = 0 }, new Line(
                "", e.Kind, e.Size, e.Mode, e.Uid, e.Gid, e.Mtime,
                Encoding.UTF8.GetString(layer.Entries.LinkTarget(records[i])), e.DeviceMajor, e.DeviceMinor,
                e.XattrHash != 0, 0));
            Assert.Equal(w.Content.Length == 0 ? 0 : expected.Content, e.ContentHash);
        }
    }

    private static string PathOf(EntryList entries, int row)
    {
        var name = Encoding.UTF8.GetString(entries.Name(row));
        return entries.Parent(row) < 0 ? name : PathOf(entries, entries.Parent(row)) + "/" + name;
    }

    private static EntryKind Kind(TarEntryType type) => type switch
    {
        TarEntryType.Directory => EntryKind.Directory,
        TarEntryType.SymbolicLink => EntryKind.Symlink,
        TarEntryType.HardLink => EntryKind.HardLink,
        TarEntryType.CharacterDevice => EntryKind.CharDevice,
        TarEntryType.BlockDevice => EntryKind.BlockDevice,
        TarEntryType.Fifo => EntryKind.Fifo,
        _ => EntryKind.File,
    };
}
