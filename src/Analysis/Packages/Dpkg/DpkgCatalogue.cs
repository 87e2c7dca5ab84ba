using System.Text;

namespace ImageInsight.Analysis.Packages.Dpkg;

/// <summary>
/// dpkg's database (dpkg 1.22, deb-control(5)), and images without dpkg that have a file a package in status.d.
/// </summary>
internal sealed class DpkgCatalogue : IPackageCatalogue
{
    private static readonly string[] Fields =
        ["Package", "Version", "Architecture", "Status", "Depends", "Pre-Depends", "Recommends", "Provides",
            "Essential", "Protected"];

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(DpkgFiles.Kind))
        {
            if (file.Path.EndsWith("/lib/dpkg/status", StringComparison.Ordinal))
                foreach (var claim in Database(files, file))
                    yield return claim;
            else if (file.Folder.EndsWith("/lib/dpkg/status.d", StringComparison.Ordinal)
                && !file.Name.EndsWith(".md5sums", StringComparison.Ordinal))
                foreach (var stanza in Stanzas.Read(file.Bytes, Fields).Take(1))
                    if (Claim(files, file, stanza, files.Origin(file.Node), Sums(files, file), null) is { } claim)
                        yield return claim with
                        {
                            Scope = files.Tree.Nodes[file.Node].Parent,
                            License = LicenseOf(
                            files, RootOf(files, file.Folder, "/lib/dpkg/status.d"), claim.Name)
                        };
        }
    }

    // Package: libc6
    // Status: install ok installed
    // Architecture: amd64
    // Multi-Arch: same
    // Version: 2.36-9+deb12u4
    // Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10)
    // Recommends: libidn2-0 (>= 2.0.5~)
    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile status)
    {
        var root = RootOf(files, status.Folder, "/lib/dpkg");
        var automatic = Automatic(files, status);
        var origins = DatabaseHistory.Origins(
            files, status,
            bytes => Stanzas.Read(bytes, "Package", "Version", "Architecture", "Status").Where(IsInstalled)
                .SelectMany(s => new[] { Key(s), Unversioned(s) }));
        foreach (var stanza in Stanzas.Read(status.Bytes, Fields).Where(IsInstalled))
        {
            var (name, architecture) =
                (stanza.GetValueOrDefault("Package", ""), stanza.GetValueOrDefault("Architecture", ""));
            var list = files.At($"{status.Folder}/info/{name}:{architecture}.list", DpkgFiles.Kind)
                ?? files.At($"{status.Folder}/info/{name}.list", DpkgFiles.Kind);
            bool? onPurpose = automatic is null ? null : !automatic.Contains(name + ":" + architecture)
                && !(architecture == "all" && automatic.Contains(name));
            if (Claim(files, status, stanza, origins.GetValueOrDefault(Key(stanza), status.Layer), Listed(
                files, root, list), onPurpose) is { } claim)
                yield return claim with
                {
                    Since = origins.GetValueOrDefault(
                    Unversioned(stanza), status.Layer),
                    License = LicenseOf(files, root, name)
                };
        }
    }

    private static PackageClaim? Claim(
        CapturedFiles files, CapturedFile file, Dictionary<string, string> stanza, int layer, IReadOnlyList<int> nodes,
        bool? onPurpose)
    {
        if (stanza.GetValueOrDefault("Package") is not { Length: > 0 } name)
            return null;
        var version = stanza.GetValueOrDefault("Version", "");
        var distribution = files.Distribution;
        var purl = Purl.Format(
            "deb", [distribution.Id.Length == 0 ? "debian" : distribution.Id, name], version,
            ("arch", stanza.GetValueOrDefault("Architecture")), ("distro", distribution.Qualifier));
        return new PackageClaim("deb", name, version, purl, file.Node, layer, nodes)
        {
            Needs = [.. Relations(stanza.GetValueOrDefault("Pre-Depends")), .. Relations(
                stanza.GetValueOrDefault("Depends"))],
            Recommends = [.. Relations(stanza.GetValueOrDefault("Recommends"))],
            Provides = [.. Relations(stanza.GetValueOrDefault("Provides"))],
            OnPurpose = onPurpose,
            Carrier = -1,
            Essential = stanza.GetValueOrDefault("Essential") == "yes"
                || stanza.GetValueOrDefault("Protected") == "yes",
        };
    }

    // libc6 (>= 2.34), debconf (>= 0.5) | debconf-2.0, perl:any
    internal static IEnumerable<string> Relations(string? field) =>
        (field ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(relation => string.Join(
            '|', relation.Split('|').Select(a => a.Split('(')[0].Split('[')[0].Split('<')[0].Split(':')[0].Trim())
                .Where(a => a.Length > 0)))
            .Where(r => r.Length > 0);

    /// <summary>
    /// Its files are there: unpacked, configured or not, as in root file systems that are to be configured when they
    /// first start.
    /// "deinstall ok config-files" has none, "install reinstreq half-installed" perhaps some.
    /// </summary>
    internal static bool IsInstalled(Dictionary<string, string> stanza) =>
        stanza.TryGetValue("Status", out var status)
        && status[(status.LastIndexOf(' ') + 1)..] is "installed" or "unpacked" or "half-configured"
            or "triggers-awaited" or "triggers-pending";

    /// <summary>The folder that the paths begin at: above var, usr or whatever has lib.</summary>
    private static int RootOf(CapturedFiles files, string folder, string home) =>
        files.Paths.Find(FileSystem.FileTree.Root, folder[..^home.Length]) is var above and > 0
            ? files.Tree.Nodes[above].Parent
            : FileSystem.FileTree.Root;

    /// <summary>Packages of one source often share their documents by a link of the folder.</summary>
    private static string? LicenseOf(CapturedFiles files, int root, string name) =>
        files.At(files.Paths.Find(root, $"usr/share/doc/{name}/copyright"), CopyrightFiles.Kind) is { } copyright
            ? Encoding.UTF8.GetString(copyright.Bytes)
            : null;

    private static string Key(Dictionary<string, string> stanza) =>
        $"{Unversioned(stanza)}={stanza.GetValueOrDefault("Version")}";

    private static string Unversioned(Dictionary<string, string> stanza) =>
        $"{stanza.GetValueOrDefault("Package")}:{stanza.GetValueOrDefault("Architecture")}";

    private static List<int> Listed(CapturedFiles files, int root, CapturedFile? list) =>
        [.. files.Paths.FindAll(root, (list?.Lines ?? []).Where(l => l.Length > 1))];

    // e2b1bc0f1d8f6d7f6e0a1e2f3a4b5c6d  usr/share/zoneinfo/UTC
    private static List<int> Sums(CapturedFiles files, CapturedFile file)
    {
        var lines = files.At(file.Path + ".md5sums", DpkgFiles.Kind)?.Lines ?? [];
        var paths = lines.Select(l => l.Split("  ", 2)).Where(l => l.Length == 2).Select(l => l[1]);
        return [.. files.Paths.FindAll(RootOf(files, file.Folder, "/lib/dpkg/status.d"), paths)];
    }

    // Package: libnghttp2-14
    // Architecture: amd64         the machine's own for packages of "all" too
    // Auto-Installed: 1
    private static HashSet<string>? Automatic(CapturedFiles files, CapturedFile status)
    {
        var states = files.At(status.Folder[..^"dpkg".Length] + "apt/extended_states", DpkgFiles.Kind);
        return states is null
            ? null
            :
            [
                .. Stanzas.Read(states.Bytes, "Package", "Architecture", "Auto-Installed")
                    .Where(s => s.GetValueOrDefault("Auto-Installed") == "1")
                    .SelectMany(s => new[] { s.GetValueOrDefault(
                        "Package", ""), s.GetValueOrDefault("Package") + ":" + s.GetValueOrDefault("Architecture") }),
            ];
    }
}
