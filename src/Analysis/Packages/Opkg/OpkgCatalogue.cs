using ImageInsight.Analysis.Packages.Dpkg;

namespace ImageInsight.Analysis.Packages.Opkg;

/// <summary>
/// OpenWrt's and Yocto's opkg: dpkg's form in other places, and what was installed by itself stands in the same file.
/// </summary>
internal sealed class OpkgCatalogue : IPackageCatalogue
{
    private static readonly string[] Fields =
    [
        "Package", "Version", "Architecture", "Status", "Depends", "Recommends", "Provides", "Essential",
        "Auto-Installed", "License"
    ];

    public IEnumerable<PackageClaim> Read(CapturedFiles files) =>
        files.OfKind(OpkgFiles.Kind).Where(f => f.Path.EndsWith("/lib/opkg/status", StringComparison.Ordinal))
            .SelectMany(f => Database(files, f));

    // Package: busybox
    // Version: 1.36.1-1
    // Depends: libc
    // Status: install user installed
    // Architecture: x86_64
    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile status)
    {
        var above = status.Folder[..^"/lib/opkg".Length];
        // usr or var
        var root = files.Paths.FindStart(above[..Math.Max(0, above.LastIndexOf('/'))]);
        var origins = DatabaseHistory.Origins(
            files, status,
            bytes => Installed(bytes).SelectMany(s => new[] { Key(s), s.GetValueOrDefault("Package", "") }));
        foreach (var stanza in Installed(status.Bytes))
        {
            var (name, version) = (stanza.GetValueOrDefault("Package", ""), stanza.GetValueOrDefault("Version", ""));
            if (name.Length == 0)
                continue;
            yield return new PackageClaim(
                "opkg", name, version,
                Purl.Format("opkg", [name], version, ("arch", stanza.GetValueOrDefault("Architecture"))), status.Node,
                origins.GetValueOrDefault(Key(stanza), status.Layer),
                Listed(files, root, files.At($"{status.Folder}/info/{name}.list", OpkgFiles.Kind)))
            {
                Since = origins.GetValueOrDefault(name, status.Layer),
                Needs = [.. DpkgCatalogue.Relations(stanza.GetValueOrDefault("Depends"))],
                Recommends = [.. DpkgCatalogue.Relations(stanza.GetValueOrDefault("Recommends"))],
                Provides = [.. DpkgCatalogue.Relations(stanza.GetValueOrDefault("Provides"))],
                OnPurpose = stanza.GetValueOrDefault("Auto-Installed") != "yes",
                License = StatedLicense.Join(stanza.GetValueOrDefault("License")),
                Essential = stanza.GetValueOrDefault("Essential") == "yes",
                Carrier = -1,
            };
        }
    }

    private static IEnumerable<Dictionary<string, string>> Installed(byte[] bytes) =>
        Stanzas.Read(bytes, Fields).Where(DpkgCatalogue.IsInstalled);

    private static string Key(Dictionary<string, string> stanza) =>
        $"{stanza.GetValueOrDefault("Package")}={stanza.GetValueOrDefault("Version")}";

    /// <summary>A path a line; Yocto's goes on with a tab, mode and link target.</summary>
    private static List<int> Listed(CapturedFiles files, int root, CapturedFile? list) =>
        [.. files.Paths.FindAll(root, (list?.Lines ?? []).Where(l => l.Length > 1).Select(l => l.Split('\t')[0]))];
}
