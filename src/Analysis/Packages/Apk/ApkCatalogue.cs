using System.Text;

namespace ImageInsight.Analysis.Packages.Apk;

/// <summary>Alpine's and Wolfi's database: https://wiki.alpinelinux.org/wiki/Apk_spec#Install_database.</summary>
internal sealed class ApkCatalogue : IPackageCatalogue
{
    public IEnumerable<PackageClaim> Read(CapturedFiles files) =>
        files.OfKind(ApkFiles.Kind).Where(f => f.Path.EndsWith("/lib/apk/db/installed", StringComparison.Ordinal))
            .SelectMany(f => Database(files, f));

    // P:busybox            V:1.36.1-r15         A:x86_64
    // D:so:libc.musl-x86_64.so.1
    // p:cmd:busybox=1.36.1-r15 /bin/sh
    // F:bin
    // R:busybox
    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile file)
    {
        // Where /lib is a link to /usr/lib (Wolfi, apk 3) the database lies there; its paths still begin at the root.
        var above = file.Folder[..^"/lib/apk/db".Length];
        above = above.EndsWith("/usr", StringComparison.Ordinal) ? above[..^"/usr".Length] : above;
        var world = files.At(above + "/etc/apk/world", ApkFiles.Kind);
        var asked = world is null
            ? null
            : Encoding.UTF8.GetString(world.Bytes).Split((char[])['\n', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Select(Bare).ToHashSet();
        var origins = DatabaseHistory.Origins(files, file, bytes => Records(bytes).Select(Key));
        var root = files.Paths.FindStart(above);
        foreach (var record in Records(file.Bytes))
        {
            if (record.Name.Length == 0)
                continue;
            var distribution = files.Distribution;
            var nodes = files.Paths.FindAll(root, record.Files).ToList();
            var purl = Purl.Format(
                "apk", [distribution.Id.Length == 0 ? "alpine" : distribution.Id, record.Name], record.Version,
                ("arch", record.Architecture), ("distro", distribution.Qualifier));
            yield return new PackageClaim(
                "apk", record.Name, record.Version, purl, file.Node, origins.GetValueOrDefault(Key(record), file.Layer),
                nodes)
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

    /// <summary>A name without the version that it asks for, or the repository it is to come from.</summary>
    private static string Bare(string name)
    {
        var end = name.AsSpan().IndexOfAny('=', '<', '>');
        end = end < 0 ? name.IndexOfAny(['~', '@']) : end;
        return end < 0 ? name : name[..end].TrimEnd('~');
    }

    private static string Key(Record record) => $"{record.Name}={record.Version}";

    private static IEnumerable<Record> Records(byte[] bytes)
    {
        var record = new Record();
        var folder = "";
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            if (line.Length < 2 || line[1] != ':')
            {
                if (line.Length == 0 && record.Name.Length > 0)
                {
                    yield return record;
                    record = new Record();
                    folder = "";
                }

                continue;
            }

            var value = line[2..];
            switch (line[0])
            {
                case 'P':
                    record.Name = value;
                    break;
                case 'V':
                    record.Version = value;
                    break;
                case 'A':
                    record.Architecture = value;
                    break;
                case 'L':
                    record.License = value;
                    break;
                case 'D':
                    record.Needs = value;
                    break;
                case 'p':
                    record.Provides = value;
                    break;
                case 'F':
                    folder = value;
                    break;
                case 'R':
                    record.Files.Add(folder + "/" + value);
                    break;
                default:
                    break;
            }
        }

        if (record.Name.Length > 0)
            yield return record;
    }

    private sealed class Record
    {
        public string Name { get; set; } = "";

        public string Version { get; set; } = "";

        public string Architecture { get; set; } = "";

        public string License { get; set; } = "";

        public string Needs { get; set; } = "";

        public string Provides { get; set; } = "";

        public List<string> Files { get; } = [];
    }
}
