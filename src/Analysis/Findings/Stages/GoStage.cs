using ImageInsight.Analysis.Packages.Elf;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>A program with Go's build information, compiled by a RUN and started.</summary>
internal sealed class GoStage : IStageLanguage
{
    private static readonly string[] Sources =
        [".go", ".mod", ".sum", ".work", ".s", ".c", ".h", ".proto", ".tmpl.go", ".sh", ".golden"];

    public string Name => "Go";

    public StageProgram? Find(FindingContext image, StageLayers layers)
    {
        var programs = image.Used.Start.Files.Where(f => layers.IsBuilt(image.Tree.Nodes[f].Layer)
            && VisibleFiles.Capture(image, f, ElfFiles.Kind) is { } elf
            && ElfFacts.Parse(elf) is { GoVersion: not null }).ToHashSet();
        if (programs.Count == 0)
            return null;
        var projects = ProjectFolders.With(image, layers, image.Names.Ending(".go").Concat(image.Names.Ending(".mod")));
        var needed = new HashSet<int>(programs);
        foreach (var project in projects)
            needed.UnionWith(ProjectFolders.Assets(
                image, project,
                name => Sources.Any(s => name.EndsWith(s, StringComparison.Ordinal)), "bin", "node_modules"));
        return new StageProgram(Name, projects, needed);
    }
}
