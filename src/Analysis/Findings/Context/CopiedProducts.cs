using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings.Use;
using ImageInsight.Analysis.Instructions;
using ImageInsight.Analysis.Instructions.Shell;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Context;

/// <summary>
/// What a project made and a RUN copied to where a server of some package finds it (<c>cp -r dist/* /var/www/html</c>):
/// the same files stay in the project, and what starts does not look there.
/// </summary>
internal sealed class CopiedProducts(FindingContext image)
{
    /// <summary>Nobody copies more products.</summary>
    private const int MostCopies = 20;

    private static readonly string[] ProjectFiles =
        ["package.json", "Makefile", "pom.xml", "build.gradle", "Cargo.toml", "go.mod", "mkdocs.yml", "Gemfile"];

    private readonly ProgramFinder finder = new(image);

    /// <returns>Files of projects, with the same ones where a RUN copied the product to.</returns>
    public Dictionary<int, int> Find()
    {
        var found = new Dictionary<int, int>();
        var start = image.Used.Start;
        if (start.IsOpen || start.IsInterpreted)
            return found;
        foreach (var (source, target) in Copies().Take(MostCopies))
        {
            var parent = image.Tree.Nodes[source].Parent;
            if (parent <= FileTree.Root || target <= FileTree.Root || !IsProject(parent) || IsUsed(parent)
                || IsIn(target, parent))
                continue;
            var installed = Bodies(target).ToLookup(b => image.Tree.ContentOf(image.Tree.Inodes[b.Inode]), b => b.Node);
            foreach (var (node, inode) in Bodies(parent))
                if (installed[image.Tree.ContentOf(image.Tree.Inodes[inode])].FirstOrDefault() is > 0 and var copy)
                    found.TryAdd(node, copy);
        }

        return found;
    }

    private bool IsProject(int folder) => ProjectFiles.Any(f => image.Find(folder, f) >= 0);

    private bool IsUsed(int folder) => image.Used.Named.Any(n => IsIn(n, folder));

    private bool IsIn(int node, int folder)
    {
        for (; node > FileTree.Root; node = image.Tree.Nodes[node].Parent)
        {
            image.Work.Spend(1);
            if (node == folder)
                return true;
        }

        return false;
    }

    private List<(int Node, int Inode)> Bodies(int folder) => VisibleFiles.Below(image, [folder]);

    private IEnumerable<(int Source, int Target)> Copies()
    {
        var directory = "";
        foreach (var line in image.Facts.History.Select(h => h.Instruction))
        {
            image.Work.Spend(1);
            if (line.StartsWith("WORKDIR ", StringComparison.OrdinalIgnoreCase)
                && line["WORKDIR ".Length..].Trim() is ['/', ..] path)
                directory = path.TrimEnd('/');
            if (!Instruction.IsRun(line) || !line.Contains("cp ", StringComparison.Ordinal))
                continue;
            image.Work.Spend(line.Length);
            foreach (var command in ShellScript.Parse(line[4..].Trim())?.Commands ?? [])
                if (command is { Name: "cp", NameAt: 0 } && command.HasOption("-r") | command.HasOption("-a")
                    | command.HasOption("-R") | command.HasOption("-rf") | command.HasOption("-rp"))
                {
                    var words = command.Words.Skip(1).Select(w => w.Raw).Where(w => !w.StartsWith('-')).ToList();
                    if (words is [var from, var to] && Folder(from, directory) is >= 0 and var source
                        && Folder(to, directory) is >= 0 and var target)
                        yield return (source, target);
                }
        }
    }

    // dist/*, ./dist/. and dist are the same folder.
    private int Folder(string word, string directory)
    {
        var path = word.Trim('"', '\'');
        path = path.EndsWith("/*", StringComparison.Ordinal) ? path[..^2]
            : path.EndsWith("/.", StringComparison.Ordinal) ? path[..^2] : path;
        var node = finder.Resolve(path.StartsWith('/') ? path : $"{directory}/{path}");
        return node > FileTree.Root && image.Tree.Nodes[node].Kind is EntryKind.Directory or EntryKind.Implied
            ? node : -1;
    }
}
