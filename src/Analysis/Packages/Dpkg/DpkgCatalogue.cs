using System.Text;
using ImageInsight.Analysis.Packages.Lists;

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
        var lists = new Dictionary<int, PackageLists>();
        foreach (var file in files.OfKind(DpkgFiles.Kind))
        {
            if (file.IsNamed("status"u8) && file.Folder is var home
                && home.EndsWith("/lib/dpkg", StringComparison.Ordinal))
                foreach (var claim in Database(files, file, home))
                    yield return claim;
            else if (files.Tree.NameOf(file.Parent).SequenceEqual("status.d"u8) && !file.IsNamedLike(".md5sums"u8)
                && file.Folder is var folder && folder.EndsWith("/lib/dpkg/status.d", StringComparison.Ordinal)
                && OfFile(files, file, RootOf(files, folder, "/lib/dpkg/status.d"), lists) is { } claim)
                yield return claim;
        }
    }

    private static PackageClaim? OfFile(
        CapturedFiles files, CapturedFile file, int root, Dictionary<int, PackageLists> known)
    {
        // Some have the lists in the folder info beside status.d, as dpkg has.
        if (!known.TryGetValue(file.Parent, out var lists))
            known.Add(file.Parent, lists = new PackageLists(
                files, files.Paths.FindFolder(file.Parent, "../info"u8), DpkgFiles.Kind, root, cut: null));
        foreach (var stanza in Stanzas.Read(file.Bytes, files.Work, Fields).Take(1))
            return Claim(
                files, file, stanza, files.Origin(file.Node),
                [.. Sums(files, file, root).Concat(Listed(lists, stanza) ?? []).Distinct()], null) is { } claim
                ? claim with { Scope = file.Parent, License = LicenseOf(files, root, claim.Name) }
                : null;
        return null;
    }

    // Package: libc6
    // Status: install ok installed
    // Architecture: amd64
    // Multi-Arch: same
    // Version: 2.36-9+deb12u4
    // Depends: libgcc-s1, libcrypt1 (>= 1:4.4.10-10)
    // Recommends: libidn2-0 (>= 2.0.5~)
    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile status, string home)
    {
        var root = RootOf(files, home, "/lib/dpkg");
        var automatic = Automatic(files, status);
        var lists = new PackageLists(files, status, DpkgFiles.Kind, root, cut: null);
        var origins = DatabaseHistory.Origins(
            files, status,
            bytes => Stanzas.Read(bytes, files.Work, "Package", "Version", "Architecture", "Status").Where(IsInstalled)
                .SelectMany(s => (ulong[])[Key(s), Unversioned(s)]));
        foreach (var stanza in Stanzas.Read(status.Bytes, files.Work, Fields).Where(IsInstalled))
        {
            var (name, architecture) =
                (stanza.GetValueOrDefault("Package", ""), stanza.GetValueOrDefault("Architecture", ""));
            if (!PackageClaim.IsNamed(name, architecture))
                continue;
            var nodes = Listed(lists, stanza) ?? [];
            bool? onPurpose = automatic is null ? null
                : !automatic.Contains(DatabaseHistory.Key(name, architecture))
                    && !(architecture == "all" && automatic.Contains(DatabaseHistory.Key(name)));
            var layer = origins.GetValueOrDefault(Key(stanza), status.Layer);
            if (Claim(files, status, stanza, layer, nodes, onPurpose) is { } claim)
                yield return claim with
                {
                    Since = origins.GetValueOrDefault(Unversioned(stanza), status.Layer),
                    License = LicenseOf(files, root, name)
                };
        }
    }

    private static int[]? Listed(PackageLists lists, Dictionary<string, string> stanza)
    {
        var (name, architecture) =
            (stanza.GetValueOrDefault("Package", ""), stanza.GetValueOrDefault("Architecture", ""));
        return PackageClaim.IsNamed(name, architecture)
            ? lists.Read($"{name}:{architecture}.list") ?? lists.Read($"{name}.list")
            : null;
    }

    private static PackageClaim? Claim(
        CapturedFiles files, CapturedFile file, Dictionary<string, string> stanza, int layer, IReadOnlyList<int> nodes,
        bool? onPurpose)
    {
        var (name, version) = (stanza.GetValueOrDefault("Package", ""), stanza.GetValueOrDefault("Version", ""));
        if (!PackageClaim.IsNamed(name, version))
            return null;
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
        (field ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(relation => relation.Contains('|')
            ? string.Join('|', relation.Split('|').Select(Bare).Where(a => a.Length > 0))
            : Bare(relation)).Where(r => r.Length > 0);

    private static string Bare(string relation) =>
        (relation.AsSpan().IndexOfAny("([<:") is var end and >= 0 ? relation.AsSpan(0, end) : relation).Trim()
            .ToString();

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

    private static ulong Key(Dictionary<string, string> stanza) => DatabaseHistory.Key(
        stanza.GetValueOrDefault("Package"), stanza.GetValueOrDefault("Architecture"),
        stanza.GetValueOrDefault("Version"));

    private static ulong Unversioned(Dictionary<string, string> stanza) =>
        DatabaseHistory.Key(stanza.GetValueOrDefault("Package"), stanza.GetValueOrDefault("Architecture"));

    // e2b1bc0f1d8f6d7f6e0a1e2f3a4b5c6d  usr/share/zoneinfo/UTC
    private static int[] Sums(CapturedFiles files, CapturedFile file, int root)
    {
        var nodes = new NodeList(files, root);
        var sums = files.At(files.Paths.Find(file.Parent, file.Name + ".md5sums"), DpkgFiles.Kind);
        for (var lines = sums?.Lines ?? default; lines.TryNext(out var line);)
            if (line.IndexOf("  "u8) is var at and >= 0)
                nodes.Add(line[(at + 2)..]);
        return nodes.ToArray();
    }

    // Package: libnghttp2-14
    // Architecture: amd64         the machine's own for packages of "all" too
    // Auto-Installed: 1
    private static HashSet<ulong>? Automatic(CapturedFiles files, CapturedFile status)
    {
        var states = files.At(files.Paths.Find(status.Parent, "../apt/extended_states"), DpkgFiles.Kind);
        if (states is null)
            return null;
        var automatic = new HashSet<ulong>();
        foreach (var stanza in Stanzas.Read(states.Bytes, files.Work, "Package", "Architecture", "Auto-Installed"))
            if (stanza.GetValueOrDefault("Auto-Installed") == "1")
            {
                automatic.Add(DatabaseHistory.Key(stanza.GetValueOrDefault("Package", "")));
                automatic.Add(DatabaseHistory.Key(
                    stanza.GetValueOrDefault("Package", ""), stanza.GetValueOrDefault("Architecture", "")));
            }

        return automatic;
    }
}
