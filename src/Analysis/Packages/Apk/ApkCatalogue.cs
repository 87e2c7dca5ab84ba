using System.Text;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Apk;

/// <summary>Alpine's and Wolfi's database: https://wiki.alpinelinux.org/wiki/Apk_spec#Install_database.</summary>
internal sealed class ApkCatalogue : IPackageCatalogue
{
    /// <summary>Bytes of a value; the longest lists of what a package provides have 50 kB.</summary>
    private const int MaxValue = 1 << 20;

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(ApkFiles.Kind))
            if (file.IsNamed("installed"u8) && file.Folder is var home
                && home.EndsWith("/lib/apk/db", StringComparison.Ordinal))
                foreach (var claim in Database(files, file, home[..^"/lib/apk/db".Length]))
                    yield return claim;
    }

    // P:busybox            V:1.36.1-r15         A:x86_64
    // D:so:libc.musl-x86_64.so.1
    // p:cmd:busybox=1.36.1-r15 /bin/sh
    // F:bin
    // R:busybox
    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile file, string above)
    {
        // Where /lib is a link to /usr/lib (Wolfi, apk 3) the database lies there; its paths still begin at the root.
        above = above.EndsWith("/usr", StringComparison.Ordinal) ? above[..^"/usr".Length] : above;
        var asked = RequestedNames(files, above + "/etc/apk/world");
        var origins = DatabaseHistory.Origins(
            files, file, bytes => Records(new ByteLines(bytes, files.Work), null).Select(Key));
        var root = files.Paths.FindStart(above);
        foreach (var record in Records(file.Lines, new ApkFileList(files, root)))
        {
            if (!PackageClaim.IsNamed(record.Name, record.Version))
                continue;
            var distribution = files.Distribution;
            var purl = Purl.Format(
                "apk", [distribution.Id.Length == 0 ? "alpine" : distribution.Id, record.Name], record.Version,
                ("arch", record.Architecture), ("distro", distribution.Qualifier));
            yield return new PackageClaim(
                "apk", record.Name, record.Version, purl, file.Node, origins.GetValueOrDefault(Key(record), file.Layer),
                record.Nodes)
            {
                Needs = [.. record.Needs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(n => n[0] != '!')
                    .Select(Bare)],
                Provides = [.. record.Provides.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Bare)],
                OnPurpose = asked?.Contains(record.Name),
                License = StatedLicense.Join(record.License),
                Carrier = -1,
            };
        }
    }

    private static HashSet<string>? RequestedNames(CapturedFiles files, string path)
    {
        if (files.At(path, ApkFiles.Kind) is not { } world)
            return null;
        files.Work.Spend(world.Bytes.Length);
        return [.. Encoding.UTF8.GetString(world.Bytes)
            .Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries).Select(Bare)];
    }

    /// <summary>A name without the version that it asks for, or the repository it is to come from.</summary>
    private static string Bare(string name)
    {
        var end = name.AsSpan().IndexOfAny('=', '<', '>');
        end = end < 0 ? name.IndexOfAny(['~', '@']) : end;
        return end < 0 ? name : name[..end].TrimEnd('~');
    }

    private static ulong Key(Record record) => DatabaseHistory.Key(record.Name, record.Version);

    /// <param name="list">Null to leave the packages' files out.</param>
    private static IEnumerable<Record> Records(ByteLines lines, ApkFileList? list)
    {
        var record = new Record();
        while (lines.TryNext(out var line))
        {
            if (line.Length >= 2 && line[1] == ':')
            {
                Add(record, line[0], line[2..], list);
            }
            else if (line.Length == 0 && record.Name.Length > 0)
            {
                record.Nodes = list?.Take() ?? [];
                yield return record;
                record = new Record();
            }
        }

        record.Nodes = list?.Take() ?? [];
        if (record.Name.Length > 0)
            yield return record;
    }

    private static void Add(Record record, byte key, ReadOnlySpan<byte> value, ApkFileList? list)
    {
        switch (key)
        {
            case (byte)'P':
                record.Name = Text(value);
                break;
            case (byte)'V':
                record.Version = Text(value);
                break;
            case (byte)'A':
                record.Architecture = Text(value);
                break;
            case (byte)'L':
                record.License = Text(value);
                break;
            case (byte)'D':
                record.Needs = Text(value);
                break;
            case (byte)'p':
                record.Provides = Text(value);
                break;
            case (byte)'F':
                list?.Open(value);
                break;
            case (byte)'R':
                list?.Add(value);
                break;
            default:
                break;
        }
    }

    private static string Text(ReadOnlySpan<byte> value) =>
        Encoding.UTF8.GetString(value[..Math.Min(value.Length, MaxValue)]);

    private sealed class Record
    {
        public string Name { get; set; } = "";

        public string Version { get; set; } = "";

        public string Architecture { get; set; } = "";

        public string License { get; set; } = "";

        public string Needs { get; set; } = "";

        public string Provides { get; set; } = "";

        public IReadOnlyList<int> Nodes { get; set; } = [];
    }
}
