using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>Archives or classes that a RUN made and the class path names.</summary>
internal sealed class JavaStage : IStageLanguage
{
    /// <summary>Of places that a class path names and that are looked into.</summary>
    private const int MostNamed = 50;

    private static readonly string[] Sources = [".java", ".kt", ".kts", ".scala", ".groovy", ".gradle", ".bat", ".sh"];

    private static readonly string[] Manifests = ["pom.xml", "settings.xml", "gradle.properties", "gradlew", "mvnw"];

    private static readonly string[] Beside = ["lib", "libs", "dependency", "dependencies", "dependency-jars"];

    public string Name => "Java";

    public StageProgram? Find(FindingContext image, StageLayers layers)
    {
        var start = image.Used.Start;
        if (!start.Runs("java") || start.HasOpenClassPath)
            return null;
        var named = image.Used.Named.Where(n => image.Tree.Nodes[n].Layer >= layers.First
            && (image.Tree.Nodes[n].Kind == EntryKind.Directory
                || image.Tree.NameOf(n).EndsWith(".jar"u8))).Take(MostNamed).ToHashSet();
        if (!named.Any(n => IsMade(image, layers, n)))
            return null;
        var projects = ProjectFolders.With(
            image, layers, image.Names.Ending(".java").Concat(Manifests.SelectMany(image.Names.Named))
                .Concat(image.Names.Named("build.gradle")).Concat(image.Names.Named("build.gradle.kts")));
        Roots(image, projects);
        var needed = new HashSet<int>(named.Where(n => !projects.Contains(n)));
        foreach (var archive in named.Where(n => image.Tree.Nodes[n].Kind != EntryKind.Directory))
            foreach (var name in Beside)
                if (image.Find(image.Tree.Nodes[archive].Parent, name) is >= 0 and var beside)
                    needed.Add(beside);
        foreach (var project in projects)
            needed.UnionWith(ProjectFolders.Assets(
                image, project,
                name => Sources.Any(s => name.EndsWith(s, StringComparison.Ordinal)) || Manifests.Contains(name),
                "src", "target", "build", "out", "gradle", "bin", "classes"));
        return new StageProgram(Name, projects, needed);
    }

    /// <summary>src/main/java/shop lies in the project, which is the folder around src.</summary>
    private static void Roots(FindingContext image, HashSet<int> projects)
    {
        var sources = image.In(image.Names.Named("src").ToHashSet());
        foreach (var folder in projects.ToList())
            if (sources.TopOf(folder) is > 0 and var top && image.Tree.Nodes[top].Parent is > 0 and var project)
            {
                projects.Remove(folder);
                projects.Add(project);
            }
    }

    private static bool IsMade(FindingContext image, StageLayers layers, int node) =>
        image.Tree.Nodes[node].Kind != EntryKind.Directory ? layers.IsBuilt(image.Tree.Nodes[node].Layer)
            : image.Tree.Below(node, image.Work).Any(
                n => image.Tree.Nodes[n].Inode >= 0 && layers.IsBuilt(image.Tree.Nodes[n].Layer));
}
