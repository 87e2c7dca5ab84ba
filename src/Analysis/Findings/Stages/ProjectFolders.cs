using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Stages;

/// <summary>Folders that a build ran in, and what in them is no source and may be read by the program.</summary>
internal static class ProjectFolders
{
    private static readonly string[] Unread =
        ["test", "tests", "__tests__", "testdata", "docs", "doc", "coverage", "vendor", "cypress", "e2e"];

    private static readonly string[] Files =
        ["Makefile", "Taskfile.yml", "Jenkinsfile", "Procfile.dev", "LICENSE", "LICENCE", "NOTICE", "CHANGELOG"];

    /// <summary>The highest folders, above the base, that hold a file of some names.</summary>
    public static HashSet<int> With(FindingContext image, StageLayers layers, IEnumerable<int> marks)
    {
        var found = new HashSet<int>();
        var modules = image.In(image.Names.Named("node_modules").ToHashSet());
        foreach (var mark in marks.Where(m => image.Tree.Nodes[m].Layer >= layers.First))
        {
            image.Work.Spend(1);
            if (image.Tree.Nodes[mark].Parent is > FileTree.Root and var folder
                && !modules.Has(folder))
                found.Add(folder);
        }

        var tops = image.In(found.ToHashSet());
        found.RemoveWhere(f => tops.HasAround(f));
        return found;
    }

    /// <param name="isSource">Of names of files.</param>
    /// <param name="dropped">Names of folders that the build makes and the program does not read.</param>
    public static IEnumerable<int> Assets(
        FindingContext image, int project, Func<string, bool> isSource, params string[] dropped)
    {
        foreach (var child in image.Tree.VisibleChildren(project, image.Work))
        {
            var name = PathText.FromName(image.Tree.NameOf(child));
            if ((name.StartsWith('.') && !name.StartsWith(".env", StringComparison.Ordinal))
                || Unread.Contains(name) || dropped.Contains(name))
                continue;
            if (image.Tree.Nodes[child].Kind != EntryKind.Directory ? !isSource(name) && !IsNote(name)
                : image.Tree.Below(child, image.Work).Any(n => image.Tree.Nodes[n].Inode >= 0
                    && PathText.FromName(image.Tree.NameOf(n)) is var own && !isSource(own) && !IsNote(own)))
                yield return child;
        }
    }

    private static bool IsNote(string name) =>
        Files.Contains(name) || name.StartsWith("Dockerfile", StringComparison.Ordinal)
        || name.StartsWith("docker-compose", StringComparison.Ordinal)
        || name.StartsWith('.') || name.EndsWith(".md", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("README", StringComparison.Ordinal);
}
