using System.Globalization;
using System.IO.Hashing;
using System.Text;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.Rpm;

/// <summary>
/// rpm's databases, and images without rpm that have a list of its packages (Azure Linux' distroless ones).
/// </summary>
internal sealed class RpmCatalogue : IPackageCatalogue
{
    /// <summary>Of a list of packages: name, version and a few words more.</summary>
    private const int MaxLine = 8192;

    /// <summary>Where distributions have it, by age.</summary>
    private static readonly string[] Homes = ["/usr/lib/sysimage/rpm", "/usr/share/rpm", "/var/lib/rpm"];

    public IEnumerable<PackageClaim> Read(CapturedFiles files) =>
        files.OfKind(RpmDatabaseFiles.Kind).SelectMany(f => Database(files, f))
            .Concat(files.OfKind(RpmManifestFiles.Kind).SelectMany(f => Manifest(files, f)));

    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile file)
    {
        var origins = DatabaseHistory.Origins(
            files, file,
            bytes => RpmDatabase.Headers(bytes, files.Work).SelectMany(h => (ulong[])[Key(h), Unversioned(h)]));
        var folder = file.Folder;
        var home = Homes.FirstOrDefault(h => folder.EndsWith(h, StringComparison.Ordinal));
        var root = home is null ? FileTree.Root : files.Paths.FindStart(folder[..^home.Length]);
        // Packages may need a file, whoever brings it.
        var list = new RpmFileList(files, root, NeededPaths(files, file));
        foreach (var header in RpmDatabase.Headers(file.Bytes, files.Work))
        {
            var (name, version) =
                (header.One(RpmHeader.Name), $"{header.One(RpmHeader.Version)}-{header.One(RpmHeader.Release)}");
            if (!PackageClaim.IsNamed(name, version))
                continue;
            var epoch = header.Number(RpmHeader.Epoch);
            var (nodes, provided) = list.Read(header);
            yield return new PackageClaim(
                "rpm", name, epoch > 0 ? string.Create(CultureInfo.InvariantCulture, $"{epoch}:{version}") : version,
                PurlOf(files, name, version, header.One(RpmHeader.Architecture), epoch),
                file.Node, origins.GetValueOrDefault(Key(header), file.Layer), nodes)
            {
                Since = origins.GetValueOrDefault(Unversioned(header), file.Layer),
                Provides = [.. header.Many(RpmHeader.Provides).Take(PackageClaim.MostNames), .. provided],
                Needs = [.. header.Many(RpmHeader.Requires).Select(Need).Distinct().Take(PackageClaim.MostNames)],
                Recommends = [.. header.Many(RpmHeader.Recommends).Select(Need).Distinct()
                    .Take(PackageClaim.MostNames)],
                License = StatedLicense.Join(header.One(RpmHeader.License)),
                Carrier = -1,
            };
        }
    }

    private static IEnumerable<string> NeededPaths(CapturedFiles files, CapturedFile file) =>
        RpmDatabase.Headers(file.Bytes, files.Work)
            .SelectMany(h => h.Many(RpmHeader.Requires).Concat(h.Many(RpmHeader.Recommends)))
            .SelectMany(Names).Where(n => n[0] == '/');

    // zlib	1.2.12-1.cm2	1653816591	1653753130	Microsoft Corporation	(none)	120000	x86_64	0	zlib-1.2.12-1.cm2.src.rpm
    private static IEnumerable<PackageClaim> Manifest(CapturedFiles files, CapturedFile file)
    {
        var origins = DatabaseHistory.Origins(files, file, bytes => Keys(new ByteLines(bytes, files.Work)));
        for (var lines = file.Lines; lines.TryNext(out var bytes);)
        {
            var line = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaxLine)]);
            if (line.Split('\t', 11) is [{ Length: > 0 } name, { Length: > 0 } version, _, _, _, _, _, var architecture,
                var epoch, ..] && PackageClaim.IsNamed(name, version))
                yield return new PackageClaim(
                    "rpm", name, version,
                    PurlOf(files, name, version, architecture,
                        int.TryParse(epoch, CultureInfo.InvariantCulture, out var e) ? e : 0),
                    file.Node, origins.GetValueOrDefault(XxHash3.HashToUInt64(bytes), file.Layer), [])
                {
                    Carrier = -1,
                };
        }
    }

    private static IEnumerable<ulong> Keys(ByteLines lines)
    {
        while (lines.TryNext(out var line))
            yield return XxHash3.HashToUInt64(line);
    }

    private static string PurlOf(CapturedFiles files, string name, string version, string architecture, int epoch) =>
        Purl.Format(
        "rpm", [files.Distribution.Id, name], version,
        ("arch", architecture is "(none)" ? null : architecture),
        ("distro", files.Distribution.Qualifier),
        ("epoch", epoch > 0 ? epoch.ToString(CultureInfo.InvariantCulture) : null));

    private static ulong Key(RpmHeader header) => DatabaseHistory.Key(
        header.One(RpmHeader.Name), header.One(RpmHeader.Architecture),
        header.Number(RpmHeader.Epoch).ToString(CultureInfo.InvariantCulture), header.One(RpmHeader.Version),
        header.One(RpmHeader.Release));

    private static ulong Unversioned(RpmHeader header) =>
        DatabaseHistory.Key(header.One(RpmHeader.Name), header.One(RpmHeader.Architecture));

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
