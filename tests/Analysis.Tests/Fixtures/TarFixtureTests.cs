using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Tests.Fixtures;

/// <summary>
/// Our listing against CPython's tarfile, GNU tar and bsdtar. Equal means equal to CPython, or, where it stands alone,
/// to what GNU tar prints and bsdtar confirms.
/// </summary>
public sealed partial class TarFixtureTests
{
    /// <summary>Files of which the readers disagree, and what we do: refuse, or read so many records.</summary>
    private static readonly Dictionary<string, string> Divergent = new()
    {
        ["bad-cksum.tar"] = "refused", // Reading on behind a header that is damaged is guessing.
        ["empty.tar"] = "0", // Layers of 0 bytes exist and are empty.
        ["empty_filename.tar"] = "1", // The root directory.
        ["hdr-only.tar"] = "16",
        ["path-missing.tar"] = "1",
        ["pax-bad-hdr-file.tar"] = "refused",
        ["pax-bad-hdr-large.tar.bz2"] = "refused", // More than MaxExtensionBytes.
        ["pax-multi-hdrs.tar"] = "1", // As GNU tar: the last x before a file is the one that counts.
        ["pax-nul-xattrs.tar"] = "1",
        ["pax-path-hdr.tar"] = "0", // A header for a file that does not come.
        ["pax-sparse-big.tar"] = "1",
    };

    public static TheoryData<string> Tars => FixtureFolder.Files("tar", "layers");

    [Theory]
    [MemberData(nameof(Tars), DisableDiscoveryEnumeration = true)]
    public void The_listing_equals_that_of_independent_readers(string name)
    {
        Assert.SkipWhen(name.Length == 0, FixtureFolder.Missing);
        using var expectation = JsonDocument.Parse(FixtureFolder.Expectation(name));
        var (ours, error) = List(name);
        switch (expectation.RootElement.GetProperty("verdict").GetString())
        {
            case "accept" when Path.GetFileName(name) == "pax-nul-path.tar":
                // Readers cut it at the NUL; nobody writes such a name but to make two readers see two files.
                Assert.Contains("offset 1024", Assert.IsType<ImageException>(error).Message, StringComparison.Ordinal);
                break;
            case "accept":
                Assert.Null(error);
                AssertEqual(expectation.RootElement, ours);
                break;
            case "reject":
                Assert.Matches(@"offset \d+", Assert.IsType<ImageException>(error).Message);
                break;
            default:
                if (!Divergent.TryGetValue(Path.GetFileName(name), out var choice))
                    Assert.True(error is null or ImageException);
                else
                    Assert.Equal(choice, error is null ? ours.Count.ToString(CultureInfo.InvariantCulture) : "refused");
                break;
        }
    }

    private static void AssertEqual(JsonElement expectation, List<Line> ours)
    {
        var python = expectation.GetProperty("python_tarfile").GetProperty("entries").EnumerateArray()
            .Select(FromPython).ToList();
        var gnu = Lines(expectation, "gnutar");
        var bsd = Lines(expectation, "bsdtar");
        Assert.Equal(python.Count, ours.Count);
        for (var i = 0; i < ours.Count; i++)
            if (ours[i] != python[i])
            {
                var outweighs = gnu.Count == ours.Count && bsd.Count == ours.Count && FromGnu(gnu[i]) is { } g
                    && Same(ours[i], g)
                    && bsd[i].Contains(g.Link.Length > 0 ? g.Name + " -> " + g.Link : g.Name, StringComparison.Ordinal);
                Assert.True(
                    outweighs || IsGlobalPath(expectation, ours[i]),
                    $"ours {ours[i]}\npython {python[i]}\ngnu {(i < gnu.Count ? gnu[i] : "-")}\nbsd "
                        + $"{(i < bsd.Count ? bsd[i] : "-")}");
            }
    }

    /// <summary>ImageParts are numbers in the listing only where the tar names none.</summary>
    private static bool Same(Line ours, Line gnu) => ours with { Uid = 0, Gid = 0 } == gnu;

    /// <summary>
    /// Whether a global path holds for every file until it is cleared: readers differ, either is right (issue 3).
    /// </summary>
    private static bool IsGlobalPath(JsonElement expectation, Line ours) =>
        expectation.GetProperty("file").GetString()!.EndsWith("pax-global-records.tar", StringComparison.Ordinal)
        && ours.Name is "file3" or "file4";

    private static (List<Line> Lines, Exception? Error) List(string name)
    {
        var lines = new List<Line>();
        try
        {
            using var file = File.OpenRead(FixtureFolder.File(name));
            LayerListing.Read(file, new AnalysisOptions(), e => lines.Add(new Line(
                Text(e.Name).TrimEnd('/'),
                e.Kind.ToString(),
                e.Size,
                e.Mode,
                e.Uid,
                e.Gid,
                e.Mtime,
                e.Kind is EntryKind.Symlink or EntryKind.HardLink ? Text(e.LinkName) : "")));
        }
        catch (Exception e)
        {
            return (lines, e);
        }

        return (lines, null);
    }

    private static Line FromPython(JsonElement e) => new(
        e.GetProperty("name").GetString()!.TrimEnd('/'),
        e.GetProperty("type").GetString() switch
        {
            "file" => nameof(EntryKind.File),
            "dir" or "typeflag:D" => nameof(EntryKind.Directory),
            "symlink" => nameof(EntryKind.Symlink),
            "hardlink" => nameof(EntryKind.HardLink),
            "char" => nameof(EntryKind.CharDevice),
            "block" => nameof(EntryKind.BlockDevice),
            "fifo" => nameof(EntryKind.Fifo),
            _ => nameof(EntryKind.Other),
        },
        e.GetProperty("size").GetInt64(),
        Convert.ToInt32(e.GetProperty("mode").GetString(), 8) & 0xfff,
        e.GetProperty("uid").GetInt64(),
        e.GetProperty("gid").GetInt64(),
        (long)Math.Floor(e.GetProperty("mtime").GetDouble()),
        e.GetProperty("type").GetString() is "symlink" or "hardlink" && e.TryGetProperty("linkname", out var link)
            ? link.GetString()!
            : "");

    private static List<string> Lines(JsonElement expectation, string reader) =>
        [.. expectation.GetProperty(reader).TryGetProperty("listing", out var lines)
            ? lines.EnumerateArray().Select(l => l.GetString()!)
            : []];

    private static Line? FromGnu(string line)
    {
        if (GnuLine().Match(line) is not { Success: true } m)
            return null;
        var kind = m.Groups["type"].Value switch
        {
            "-" => nameof(EntryKind.File),
            "d" => nameof(EntryKind.Directory),
            "l" => nameof(EntryKind.Symlink),
            "h" => nameof(EntryKind.HardLink),
            "c" => nameof(EntryKind.CharDevice),
            "b" => nameof(EntryKind.BlockDevice),
            "p" => nameof(EntryKind.Fifo),
            _ => nameof(EntryKind.Other),
        };
        var name = Unescape(m.Groups["name"].Value);
        var link = "";
        var separator = kind switch
        {
            nameof(EntryKind.Symlink) => " -> ",
            nameof(EntryKind.HardLink) => " link to ",
            _ => null
        };
        if (separator is not null && name.Split(separator) is [var first, var second])
            (name, link) = (first, second);
        var time = DateTimeOffset.Parse(
            m.Groups["time"].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeSeconds();
        var mode = 0;
        foreach (var c in m.Groups["mode"].Value)
            mode = (mode << 1) | (c == '-' ? 0 : 1);
        return new Line(
            name.TrimEnd('/'), kind, long.TryParse(m.Groups["size"].Value, out var size) ? size : 0, mode, 0, 0, time,
            link);
    }

    [GeneratedRegex(
        @"^(?<type>.)(?<mode>[-rwx]{9}) \S+ +(?<size>[\d,]+) (?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(\.\d+)? "
            + @"(?<name>.*)$", RegexOptions.Singleline)]
    private static partial Regex GnuLine();

    private static string Unescape(string text) => Regex.Replace(
        text, @"\\([0-7]{3})",
        m => @"\x" + Convert.ToInt32(m.Groups[1].Value, 8).ToString("x2", CultureInfo.InvariantCulture));

    /// <summary>As the expectation files spell bytes that are not UTF-8.</summary>
    private static string Text(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder();
        while (name.Length > 0)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var used) == System.Buffers.OperationStatus.Done)
                text.Append(rune.ToString());
            else
                foreach (var b in name[..used])
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
            name = name[used..];
        }

        return text.ToString();
    }

    private sealed record Line(
        string Name, string Kind, long Size, int Mode, long Uid, long Gid, long Mtime, string Link);
}
