using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Sources.Archives;
using ImageInsight.Tests.Fuzzing;

using OurReader = ImageInsight.Analysis.Layers.Tar.TarReader;

namespace ImageInsight.Analysis.Tests.Properties;

/// <summary>
/// What GNU tar writes of a real directory comes back: names that are not UTF-8, holes, times before 1970, fractions,
/// hard links, owners beyond octal.
/// </summary>
public sealed class GnuTarProperties
{
    private const string Tar = "/usr/bin/tar";

    /// <summary>Each char is a byte of the name.</summary>
    private sealed record Made(
        string Path, EntryKind Kind, long Size, int Mode, long Seconds, int Nanoseconds, string Target, bool Holes);

    private sealed record Line(EntryKind Kind, long Size, int Mode, long Uid, long Gid, long Mtime, string Target);

    // Any byte but NUL and the slash.
    private static readonly Gen<string> Part = Gen.Frequency(
        (4, Gen.Char["abc.-_ "].Array[1, 10]), (2, Gen.Char['\u0001', '\u00ff'].Array[1, 8]),
        (1, Gen.Char['a', 'z'].Array[100, 250]))
        .Select(c => new string([.. c.Where(x => x != '/')])).Where(p => p is not ("" or "." or ".."));

    private static readonly Gen<Made> Entry = Gen.Select(
        Part.Array[1, 3],
        Gen.OneOfConst(EntryKind.File, EntryKind.File, EntryKind.File, EntryKind.Directory, EntryKind.Symlink,
            EntryKind.HardLink, EntryKind.Fifo),
        Gen.OneOf(Gen.Long[0, 3000], Gen.Const(0L), Gen.OneOfConst(512L, 10_240L, 262_144L)),
        Gen.Int[0, 0x7f],
        Gen.Frequency((3, Gen.Long[0, 2_000_000_000]), (1, Gen.Long[-1_000_000_000, -1])),
        Gen.OneOfConst(0, 0, 500_000_000, 1),
        Part.Array[1, 3],
        Gen.Bool,
        (path, kind, size, mode, seconds, nanoseconds, target, holes) => new Made(
            string.Join('/', path), kind, kind == EntryKind.File ? size * (holes ? 100 : 1) : 0, 0x180 | mode, seconds,
            nanoseconds, string.Join('/', target), holes));

    [Theory]
    [InlineData("v7", "--format=v7")]
    [InlineData("ustar", "--format=ustar")]
    [InlineData("oldgnu", "--format=oldgnu --sparse")]
    [InlineData("gnu", "--format=gnu --sparse")]
    [InlineData("pax", "--format=posix")]
    [InlineData("pax", "--format=posix --sparse-version=0.0")]
    [InlineData("pax", "--format=posix --sparse-version=0.1")]
    [InlineData("pax", "--format=posix --sparse-version=1.0")]
    public void Every_field_comes_back(string format, string options)
    {
        Assert.SkipUnless(File.Exists(Tar), $"{Tar} is not here.");
        var isOld = format is "v7" or "ustar";
        var owner = isOld ? Gen.Int[0, 2_097_151] : Gen.Int[0, int.MaxValue];
        Gen.Select(Entry.Array[1, 10], owner, owner).Sample(
            (wished, uid, gid) =>
            {
                var tree = Settle(
                    wished.Where(e => !isOld || (e.Path.Length < 95 && e.Target.Length < 95 && e.Seconds >= 0))
                    .Where(e => format != "v7" || e.Kind != EntryKind.Fifo));
                if (tree.Count == 0)
                    return;
                var tar = Write(tree.Values, $"{options} --owner=u:{uid} --group=g:{gid}");
                AssertEqual(tree, Read(tar), uid, gid);
            },
            iter: 25);
    }

    /// <summary>
    /// What of the wishes can stand together in one directory: parents are directories, no path twice.
    /// </summary>
    private static SortedDictionary<string, Made> Settle(IEnumerable<Made> wished)
    {
        var tree = new SortedDictionary<string, Made>(StringComparer.Ordinal);
        foreach (var entry in wished)
        {
            var parents = Enumerable.Range(0, entry.Path.Length).Where(i => entry.Path[i] == '/')
                .Select(i => entry.Path[..i]).ToList();
            if (tree.ContainsKey(entry.Path)
                || parents.Any(p => tree.TryGetValue(p, out var at) && at.Kind != EntryKind.Directory))
                continue;
            var files = tree.Values.Where(e => e.Kind == EntryKind.File).ToList();
            if (entry.Kind == EntryKind.HardLink && files.Count == 0)
                continue;
            foreach (var parent in parents)
                tree.TryAdd(parent, entry with { Path = parent, Kind = EntryKind.Directory, Size = 0, Mode = 0x1ed });
            if (entry.Kind == EntryKind.HardLink)
                tree[entry.Path] =
                    files[0] with { Path = entry.Path, Kind = EntryKind.HardLink, Target = files[0].Path };
            else
                tree[entry.Path] = entry with
                {
                    Mode = entry.Kind switch
                    {
                        EntryKind.Symlink => 0x1ff,
                        EntryKind.Directory => entry.Mode | 0x1c0,
                        _ => entry.Mode
                    }
                };
        }

        return tree;
    }

    private static byte[] Write(IEnumerable<Made> tree, string options)
    {
        var folder = Directory.CreateTempSubdirectory("gnu-tar-");
        try
        {
            var script = new StringBuilder("set -e; umask 022; mkdir tree; cd tree\n");
            foreach (var e in tree.OrderBy(e => e.Kind == EntryKind.HardLink)
                .ThenBy(e => e.Path, StringComparer.Ordinal))
                script.Append(CultureInfo.InvariantCulture, $"{Command(e)}\n");
            // A directory's time changes with what is put into it, so children come first.
            foreach (var e in tree.Where(e => e.Kind != EntryKind.HardLink)
                .OrderByDescending(e => e.Path, StringComparer.Ordinal))
            {
                if (e.Kind != EntryKind.Symlink)
                    script.Append(CultureInfo.InvariantCulture,
                        $"chmod {Convert.ToString(e.Mode, 8)} -- {Quote(e.Path)}\n");
                var time = e.Seconds + (e.Nanoseconds / 1e9m);
                script.Append(CultureInfo.InvariantCulture, $"touch -h -d @{time} ./{Quote(e.Path)}\n");
            }

            script.Append(CultureInfo.InvariantCulture,
                $"{Tar} {options} --no-unquote -cf ../out.tar -- * .[!.]* ..?*\n");
            File.WriteAllText(Path.Combine(folder.FullName, "make.sh"), script.ToString());
            var start = new ProcessStartInfo(
                "bash", "-O nullglob make.sh")
            { WorkingDirectory = folder.FullName, RedirectStandardError = true };
            start.Environment["LC_ALL"] = "C";
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, errors + script);
            return File.ReadAllBytes(Path.Combine(folder.FullName, "out.tar"));
        }
        finally
        {
            Process.Start("rm", ["-rf", folder.FullName]).WaitForExit();
        }
    }

    private static string Command(Made e) => e.Kind switch
    {
        EntryKind.Directory => $"mkdir -p -- {Quote(e.Path)}",
        EntryKind.Symlink => $"ln -s -- {Quote(e.Target)} {Quote(e.Path)}",
        EntryKind.HardLink => $"ln -- {Quote(e.Target)} {Quote(e.Path)}",
        EntryKind.Fifo => $"mkfifo -- {Quote(e.Path)}",
        // Data, a hole, and data again, when it is long enough for that.
        _ when e.Holes && e.Size > 20_000 =>
            $"f={Quote(e.Path)}; printf '%*s' 5000 '' > \"$f\"; truncate -s {e.Size - 10} -- \"$f\"; printf '%*s' 10 "
                + "'' >> \"$f\"",
        _ => $"printf '%*s' {e.Size} '' > {Quote(e.Path)}",
    };

    private static string Quote(string bytes) =>
        "$'" + string.Concat(
            bytes.Select(b => char.IsAsciiLetterOrDigit(b) || b == '/' ? b.ToString() : $"\\x{(int)b:x2}'$'")) + "'";

    private static Dictionary<string, Line> Read(byte[] tar)
    {
        var lines = new Dictionary<string, Line>();
        var reader = new OurReader(new FileInput(new MemoryStream(tar)), new AnalysisOptions());
        while (reader.MoveNext())
        {
            var e = reader.Entry;
            lines.Add(
                Encoding.Latin1.GetString(e.Name).TrimEnd('/'),
                new Line(e.Kind, e.Size, e.Mode, e.Uid, e.Gid, e.Mtime, Encoding.Latin1.GetString(e.LinkName)));
        }

        var options = new AnalysisOptions();
        var (layer, blob) = new LayerReader(
            options, new ReadBudget(options, CancellationToken.None), ImageAnalyzer.Wanted)
            .Read(new MemoryStream(tar), null, null, CancellationToken.None);
        Invariant.OfLayer(layer, blob);
        Assert.Equal(lines.Count, layer.RecordCount);
        return lines;
    }

    private static void AssertEqual(
        SortedDictionary<string, Made> tree, Dictionary<string, Line> read, int uid, int gid)
    {
        Assert.Equal(tree.Keys, read.Keys.Order(StringComparer.Ordinal));
        foreach (var (path, made) in tree)
        {
            // Of a file's names tar writes the first it meets as the file, whichever that is.
            var first = made.Kind == EntryKind.HardLink ? made.Target : path;
            var names = tree.Values.Where(e => e.Path == first || (e.Kind == EntryKind.HardLink && e.Target == first))
                .Select(e => e.Path).ToList();
            var carrier = made.Kind is EntryKind.File or EntryKind.HardLink
                ? names.Single(n => read[n].Kind == EntryKind.File)
                : path;
            var expected = path == carrier
                ? new Line(made.Kind == EntryKind.HardLink ? EntryKind.File
                    : made.Kind, made.Size, made.Mode, uid, gid, made.Seconds, made.Kind == EntryKind.Symlink
                        ? made.Target
                        : "")
                : new Line(EntryKind.HardLink, 0, made.Mode, uid, gid, made.Seconds, carrier);
            Assert.Equal((path, expected), (path, read[path]));
        }
    }
}
