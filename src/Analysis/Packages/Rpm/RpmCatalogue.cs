using System.Globalization;
using System.Text;
using ImageInsight.Analysis.FileSystem;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// rpm's databases, and images without rpm that have a list of its packages (Azure Linux' distroless ones).
/// </summary>
internal sealed class RpmCatalogue : IPackageCatalogue
{
    /// <summary>Where distributions have it, by age.</summary>
    private static readonly string[] Homes = ["/usr/lib/sysimage/rpm", "/usr/share/rpm", "/var/lib/rpm"];

    public IEnumerable<PackageClaim> Read(CapturedFiles files) =>
        files.OfKind(RpmDatabaseFiles.Kind).SelectMany(f => Database(files, f))
            .Concat(files.OfKind(RpmManifestFiles.Kind).SelectMany(f => Manifest(files, f)));

    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile file)
    {
        var headers = RpmDatabase.Headers(file.Bytes).ToList();
        var origins = DatabaseHistory.Origins(
            files, file, bytes => RpmDatabase.Headers(bytes).SelectMany(h => new[] { Key(h), Unversioned(h) }));
        var home = Homes.FirstOrDefault(h => file.Folder.EndsWith(h, StringComparison.Ordinal));
        var root = home is null ? FileTree.Root : files.Paths.FindStart(file.Folder[..^home.Length]);
        // Packages may need a file, whoever brings it.
        var wanted = headers.SelectMany(h => h.Many(RpmHeader.Requires).Concat(h.Many(RpmHeader.Recommends)))
            .SelectMany(Names).Where(n => n[0] == '/').ToHashSet(StringComparer.Ordinal);
        foreach (var header in headers)
        {
            var (name, version) =
                (header.One(RpmHeader.Name), $"{header.One(RpmHeader.Version)}-{header.One(RpmHeader.Release)}");
            var epoch = header.Number(RpmHeader.Epoch);
            var (nodes, provided) = FilesOf(files, root, header, wanted);
            yield return new PackageClaim(
                "rpm", name, epoch > 0 ? string.Create(CultureInfo.InvariantCulture, $"{epoch}:{version}") : version,
                PurlOf(files, name, version, header.One(RpmHeader.Architecture), epoch),
                file.Node, origins.GetValueOrDefault(Key(header), file.Layer), nodes)
            {
                Since = origins.GetValueOrDefault(Unversioned(header), file.Layer),
                Provides = [.. header.Many(RpmHeader.Provides), .. provided],
                Needs = [.. header.Many(RpmHeader.Requires).Select(Need).Distinct()],
                Recommends = [.. header.Many(RpmHeader.Recommends).Select(Need).Distinct()],
                License = StatedLicense.Join(header.One(RpmHeader.License)),
                Carrier = -1,
            };
        }
    }

    // zlib	1.2.12-1.cm2	1653816591	1653753130	Microsoft Corporation	(none)	120000	x86_64	0	zlib-1.2.12-1.cm2.src.rpm
    private static IEnumerable<PackageClaim> Manifest(CapturedFiles files, CapturedFile file)
    {
        var origins = DatabaseHistory.Origins(files, file, bytes => Encoding.UTF8.GetString(bytes).Split('\n'));
        foreach (var line in file.Lines)
            if (line.Split('\t') is [{ Length: > 0 } name, { Length: > 0 } version, _, _, _, _, _, var architecture,
                var epoch, ..])
                yield return new PackageClaim(
                    "rpm", name, version,
                    PurlOf(files, name, version, architecture,
                        int.TryParse(epoch, CultureInfo.InvariantCulture, out var e) ? e : 0),
                    file.Node, origins.GetValueOrDefault(line, file.Layer), [])
                {
                    Carrier = -1,
                };
    }

    private static string PurlOf(CapturedFiles files, string name, string version, string architecture, int epoch) =>
        Purl.Format(
        "rpm", [files.Distribution.Id, name], version,
        ("arch", architecture is "(none)" ? null : architecture),
        ("distro", files.Distribution.Qualifier),
        ("epoch", epoch > 0 ? epoch.ToString(CultureInfo.InvariantCulture) : null));

    private static string Key(RpmHeader header) =>
        $"{Unversioned(header)}={header.Number(RpmHeader.Epoch)}:{header.One(RpmHeader.Version)}-"
            + $"{header.One(RpmHeader.Release)}";

    private static string Unversioned(RpmHeader header) =>
        $"{header.One(RpmHeader.Name)}:{header.One(RpmHeader.Architecture)}";

    /// <summary>
    /// Its files that were really installed: without those that --nodocs or a language left out, or that another
    /// package replaced.
    /// </summary>
    private static (List<int> Nodes, List<string> Provided) FilesOf(
        CapturedFiles files, int root, RpmHeader header, HashSet<string> wanted)
    {
        var (nodes, provided) = (new List<int>(), new List<string>());
        var states = header.Numbers(RpmHeader.FileStates);
        var i = 0;
        foreach (var path in Paths(header))
        {
            var installed = i >= states.Count || states[i] is 0 or 4;
            i++;
            if (wanted.Contains(path))
                provided.Add(path);
            if (installed && files.Paths.Find(root, path) is var node and > 0)
                nodes.Add(node);
        }

        return (nodes, provided);
    }

    /// <summary>
    /// A file's name, and the number of its folder among the folders' names; whole paths before rpm 4.
    /// </summary>
    private static IEnumerable<string> Paths(RpmHeader header)
    {
        var folders = header.Many(RpmHeader.DirectoryNames).ToList();
        var indexes = header.Numbers(RpmHeader.DirectoryIndexes);
        return folders.Count == 0
            ? header.Many(RpmHeader.OldFileNames)
            : header.Many(RpmHeader.BaseNames)
                .Select((name, i) => i < indexes.Count && indexes[i] >= 0 && indexes[i] < folders.Count
                    ? folders[indexes[i]] + name
                    : name);
    }

    private static string Need(string need) => string.Join('|', Names(need));

    // libc.so.6(GLIBC_2.34)(64bit)
    // /bin/sh
    // (glibc-langpack-en or glibc-all-langpacks)
    // (plymouth if systemd >= 250)
    private static IEnumerable<string> Names(string need)
    {
        if (!need.StartsWith('('))
            return need.Length > 0 ? [need] : [];
        // What a boolean dependency comes to depends on the transaction; any package that it names may be why another
        // is there.
        return need.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)
            .Select(w => w.TrimStart('('))
            .Select(w => w.Count(c => c == ')') > w.Count(c => c == '(') ? w.TrimEnd(')') : w)
            .Where(w => w.Length > 0
                && w is not ("or" or "and" or "if" or "else" or "unless" or "with" or "without" or "<" or ">" or "="
                    or "<=" or ">=") && !char.IsAsciiDigit(w[0]));
    }
}
