using System.Text.Json;

namespace ImageInsight.Analysis.Packages.Composer;

/// <summary>
/// PHP's vendor/composer/installed.json: a list in Composer 1, an object that names what only development needs in
/// Composer 2.
/// </summary>
internal sealed class ComposerCatalogue : IPackageCatalogue
{
    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(ComposerFiles.Kind))
        {
            if (!file.IsNamed("installed.json"u8))
                continue;
            var folder = file.Folder;
            if (!folder.EndsWith("/composer", StringComparison.Ordinal))
                continue;
            var asked = RequestedNames(files, folder);
            using var json = JsonFile.Parse(file.Bytes, files.Work);
            if (json is not null)
                foreach (var claim in Packages(files, file, json.RootElement, asked))
                    yield return claim;
        }
    }

    // { "packages": [ { "name": "monolog/monolog", "version": "3.5.0", "require": { "psr/log": "^2.0" },
    // "install-path": "../monolog/monolog" } ],
    //   "dev": true, "dev-package-names": [ "phpunit/phpunit" ] }
    private static IEnumerable<PackageClaim> Packages(
        CapturedFiles files, CapturedFile file, JsonElement root, HashSet<string>? asked)
    {
        var development = root.Member("dev-package-names").Items().Take(PackageClaim.MostNames).Select(n => n.Text())
            .ToHashSet(StringComparer.Ordinal);
        foreach (var package in (root.ValueKind == JsonValueKind.Array ? root : root.Member("packages")).Items())
        {
            var (name, version) = (package.Text("name").ToLowerInvariant(), package.Text("version"));
            if (!PackageClaim.IsNamed(name, version))
                continue;
            // A metapackage has the path null, and Composer 1 wrote none.
            var path = package.Member("install-path") is { } stated
                ? stated.ValueKind == JsonValueKind.String ? package.Text("install-path") : ""
                : "../" + name;
            var folder = path.Length == 0
                || name.Contains("..", StringComparison.Ordinal) ? -1 : files.Paths.Find(file.Parent, path);
            yield return new PackageClaim(
                "composer", name, version, Purl.Format("composer", name.Split('/'), version),
                file.Node, Layer(files, file, folder), files.Below(folder))
            {
                Needs = [.. package.Member("require").Members().Take(PackageClaim.MostNames)
                    .Select(r => r.Key().ToLowerInvariant())],
                Provides = [.. package.Member("replace").Members().Concat(package.Member("provide").Members())
                    .Take(PackageClaim.MostNames).Select(r => r.Key().ToLowerInvariant())],
                Development = development.Contains(package.Text("name")),
                OnPurpose = asked?.Contains(name),
                License = StatedLicense.AnyOf(package.Member("license")),
            };
        }
    }

    /// <summary>
    /// The whole list is written again with every package, so the package's own manifest tells since when it is there.
    /// </summary>
    private static int Layer(CapturedFiles files, CapturedFile file, int folder) =>
        folder > 0 && files.Paths.Child(folder, "composer.json"u8) is var own and > 0 && files.Tree.Nodes[own].Visible
            ? files.Origin(own)
            : files.Origin(file.Node);

    private static HashSet<string>? RequestedNames(CapturedFiles files, string folder)
    {
        var vendor = folder[..^"/composer".Length];
        var manifest = files.At(vendor[..Math.Max(0, vendor.LastIndexOf('/'))] + "/composer.json", ComposerFiles.Kind);
        using var json = manifest is null ? null : JsonFile.Parse(manifest.Bytes, files.Work);
        return json is null
            ? null
            : json.RootElement.Member("require").Members().Concat(json.RootElement.Member("require-dev").Members())
                .Select(r => r.Key()).ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
