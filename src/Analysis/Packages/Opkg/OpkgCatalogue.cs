using ImageInsight.Analysis.Packages.Dpkg;
using ImageInsight.Analysis.Packages.Lists;

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

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(OpkgFiles.Kind))
            if (file.IsNamed("status"u8) && file.Folder is var home
                && home.EndsWith("/lib/opkg", StringComparison.Ordinal))
                foreach (var claim in Database(files, file, home[..^"/lib/opkg".Length]))
                    yield return claim;
    }

    // Package: busybox
    // Version: 1.36.1-1
    // Depends: libc
    // Status: install user installed
    // Architecture: x86_64
    private static IEnumerable<PackageClaim> Database(CapturedFiles files, CapturedFile status, string above)
    {
        // usr or var
        var root = files.Paths.FindStart(above[..Math.Max(0, above.LastIndexOf('/'))]);
        // Yocto's lines go on with mode and link target.
        var lists = new PackageLists(files, status, OpkgFiles.Kind, root, cut: (byte)'\t');
        var origins = DatabaseHistory.Origins(
            files, status,
            bytes => Installed(bytes, files.Work).SelectMany(
                s => (ulong[])[Key(s), DatabaseHistory.Key(s.GetValueOrDefault("Package", ""))]));
        foreach (var stanza in Installed(status.Bytes, files.Work))
        {
            var (name, version) = (stanza.GetValueOrDefault("Package", ""), stanza.GetValueOrDefault("Version", ""));
            if (!PackageClaim.IsNamed(name, version))
                continue;
            yield return new PackageClaim(
                "opkg", name, version,
                Purl.Format("opkg", [name], version, ("arch", stanza.GetValueOrDefault("Architecture"))), status.Node,
                origins.GetValueOrDefault(Key(stanza), status.Layer),
                lists.Read($"{name}.list") ?? [])
            {
                Since = origins.GetValueOrDefault(DatabaseHistory.Key(name), status.Layer),
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

    private static IEnumerable<Dictionary<string, string>> Installed(byte[] bytes, WorkBudget work) =>
        Stanzas.Read(bytes, work, Fields).Where(DpkgCatalogue.IsInstalled);

    private static ulong Key(Dictionary<string, string> stanza) =>
        DatabaseHistory.Key(stanza.GetValueOrDefault("Package"), stanza.GetValueOrDefault("Version"));
}
