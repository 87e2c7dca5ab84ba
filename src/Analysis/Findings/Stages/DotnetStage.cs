using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>The folder that dotnet publish wrote, known by its .runtimeconfig.json beside what is started.</summary>
internal sealed class DotnetStage : IStageLanguage
{
    private const string Configuration = ".runtimeconfig.json";

    public string Name => ".NET";

    public StageProgram? Find(FindingContext image, StageLayers layers)
    {
        var started = image.Used.Start.Words.Select(w => w[(w.LastIndexOf('/') + 1)..]).ToHashSet();
        var around = image.Used.Named.Concat(image.Used.Start.Files)
            .Select(n => image.Tree.Nodes[n].Parent).ToHashSet();
        var published = new HashSet<int>();
        foreach (var file in image.Names.Ending(".json").Where(n => layers.IsBuilt(image.Tree.Nodes[n].Layer)))
        {
            var name = PathText.FromName(image.Tree.NameOf(file));
            var folder = image.Tree.Nodes[file].Parent;
            if (name.EndsWith(Configuration, StringComparison.Ordinal) && name[..^Configuration.Length] is var own
                && (started.Contains(own + ".dll") || started.Contains(own)) && folder > 0
                && around.Contains(folder))
                published.Add(folder);
        }

        if (published.Count == 0)
            return null;
        var projects = ProjectFolders.With(
            image, layers, image.Names.Ending(".csproj").Concat(image.Names.Ending(".fsproj"))
                .Concat(image.Names.Ending(".sln")).Concat(image.Names.Ending(".vbproj")));
        var needed = new HashSet<int>(published);
        var dropped = new HashSet<int>();
        string? runtime = null;
        foreach (var sdk in Sdks(image))
            if (image.Tree.Nodes[sdk].Layer >= layers.First)
            {
                dropped.Add(sdk);
                needed.UnionWith(Runtime(image, sdk, published));
            }
            else if ((runtime = Published(image, published)) is null)
                return null;
        return new StageProgram(Name, projects, needed) { Base = runtime, Dropped = dropped };
    }

    /// <summary>Folders that have sdk and shared beside the program dotnet.</summary>
    private static IEnumerable<int> Sdks(FindingContext image) =>
        image.Names.Named("sdk").Select(n => image.Tree.Nodes[n].Parent)
            .Where(p => p > 0 && image.Find(p, "shared") >= 0 && image.Find(p, "dotnet") >= 0).Distinct();

    private static IEnumerable<int> Runtime(FindingContext image, int sdk, HashSet<int> published)
    {
        string[] parts = ["dotnet", "host", "LICENSE.txt"];
        foreach (var part in parts)
            if (image.Find(sdk, part) is >= 0 and var found)
                yield return found;
        var shared = image.Find(sdk, "shared");
        string[] frameworks = IsWeb(image, published) ? ["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"]
            : ["Microsoft.NETCore.App"];
        foreach (var framework in frameworks)
            if (image.Find(shared, framework) is >= 0 and var found)
                yield return found;
    }

    /// <summary>Its .deps.json does not say so: a site publishes its settings, or web.config.</summary>
    private static bool IsWeb(FindingContext image, HashSet<int> published) =>
        published.Any(p => image.Find(p, "web.config") >= 0 || image.Find(p, "appsettings.json") >= 0
            || image.Find(p, "wwwroot") >= 0);

    /// <summary>The published bases say their versions in variables: the SDK's has the others in it.</summary>
    private static string? Published(FindingContext image, HashSet<int> published)
    {
        if (image.Variable("DOTNET_VERSION") is not { } version || version.Split('.') is not [var major, var minor, ..])
            return null;
        return $"mcr.microsoft.com/dotnet/{(IsWeb(image, published) ? "aspnet" : "runtime")}:{major}.{minor}";
    }
}
