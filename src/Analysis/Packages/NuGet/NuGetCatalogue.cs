using System.Text.Json;
using ImageInsight.Analysis.Packages.Lists;

namespace ImageInsight.Analysis.Packages.NuGet;

/// <summary>
/// .NET applications and frameworks by their deps.json
/// (https://github.com/dotnet/sdk/blob/main/documentation/specs/runtime-configuration-file.md); a framework names its
/// runtime pack.
/// </summary>
internal sealed class NuGetCatalogue : IPackageCatalogue
{
    private static readonly string[] Known = ["package", "runtimepack", "project"];

    public IEnumerable<PackageClaim> Read(CapturedFiles files)
    {
        foreach (var file in files.OfKind(NuGetFiles.Kind))
        {
            using var json = JsonFile.Parse(file.Bytes, files.Work);
            if (json is null)
                continue;
            foreach (var claim in Libraries(files, file, json.RootElement))
                yield return claim;
        }
    }

    // "targets": { ".NETCoreApp,Version=v8.0": { "Newtonsoft.Json/13.0.3": {
    //   "dependencies": { "A": "1.0.0" }, "runtime": { "lib/net6.0/Newtonsoft.Json.dll": {} },
    //   "resources": { "lib/net6.0/cs/X.resources.dll": { "locale": "cs" } },
    //   "runtimeTargets": { "runtimes/win/lib/net6.0/X.dll": { "rid": "win", "assetType": "runtime" } } } } },
    // "libraries": { "Newtonsoft.Json/13.0.3": { "type": "package", "path": "newtonsoft.json/13.0.3" } }
    private static IEnumerable<PackageClaim> Libraries(
        CapturedFiles files, CapturedFile file, JsonElement root)
    {
        var types = Types(root);
        var asked = RequestedNames(root, types);
        var layer = files.Origin(file.Node);
        foreach (var library in Target(root).Members())
        {
            var key = library.Key();
            var type = types.GetValueOrDefault(key, "");
            if (type is not ("package" or "runtimepack") || key.Split('/', 3) is not [var name, var version]
                || !PackageClaim.IsNamed(name, version))
                continue;
            // The SDK's own prefix for the pack of a self-contained application.
            name = type == "runtimepack" && name.StartsWith("runtimepack.", StringComparison.Ordinal)
                ? name["runtimepack.".Length..]
                : name;
            yield return new PackageClaim(
                "nuget", name, version, Purl.Format("nuget", [name], version),
                file.Node, layer, Assets(files, file.Parent, library.Value))
            {
                Provides = [name.ToLowerInvariant()],
                Needs = [.. library.Value.Member("dependencies").Members().Take(PackageClaim.MostNames)
                    .Select(d => d.Key().ToLowerInvariant())],
                OnPurpose = asked?.Contains(name),
            };
        }
    }

    /// <summary>
    /// What belongs to the runtime identifier is told apart from what every one has: a framework's first target is
    /// empty.
    /// </summary>
    private static JsonElement? Target(JsonElement root)
    {
        var targets = root.Member("targets");
        var name = root.Member("runtimeTarget") is { } target ? target.Text("name") : "";
        return targets is { } all && all.Member(name) is { } named ? named : targets.Members()
            .Select(t => (JsonElement?)t.Value).LastOrDefault();
    }

    private static Dictionary<string, string> Types(JsonElement root)
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var library in root.Member("libraries").Members().Take(PackageClaim.MostNames))
        {
            var type = library.Value.Text("type");
            types[library.Key()] = Known.FirstOrDefault(k => k == type) ?? "";
        }

        return types;
    }

    /// <summary>What the application's own projects name; null where there is none (a framework).</summary>
    private static HashSet<string>? RequestedNames(JsonElement root, Dictionary<string, string> types)
    {
        var projects = Target(root).Members().Where(l => types.GetValueOrDefault(l.Key()) == "project").ToList();
        return projects.Count == 0
            ? null
            : projects.SelectMany(p => p.Value.Member("dependencies").Members()).Take(PackageClaim.MostNames)
                .Select(d => d.Key())
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// As `dotnet publish` lays them beside the deps.json; only what belongs to a runtime identifier keeps its folders.
    /// </summary>
    private static int[] Assets(CapturedFiles files, int folder, JsonElement library)
    {
        var nodes = new NodeList(files, folder);
        foreach (var kind in (string[])["runtime", "native"])
            foreach (var asset in library.Member(kind).Members())
                nodes.Add(files.Paths.Find(
                    folder, asset.Value.Text("localPath") is { Length: > 0 } local ? local : FileName(asset.Key())));
        foreach (var asset in library.Member("resources").Members())
            nodes.Add(files.Paths.Find(folder, $"{asset.Value.Text("locale")}/{FileName(asset.Key())}"));
        foreach (var asset in library.Member("runtimeTargets").Members())
            nodes.Add(files.Paths.Find(folder, asset.Key()));
        return nodes.ToArray();
    }

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
