using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>The files that commands mean, found as a shell in the final file system would.</summary>
internal sealed class ProgramFinder(FindingContext image)
{
    private const string UsualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>As the kernel allows.</summary>
    private const int MostLinks = 40;

    private const int MostFolders = 64;

    private readonly string[] folders =
        [.. (image.Variable("PATH") ?? UsualPath).Split(':').Where(f => f.StartsWith('/')).Take(MostFolders)];

    /// <param name="word">A path, or a name that is looked for in PATH.</param>
    /// <returns>The node that it means in the end; -1 for none.</returns>
    public int Find(string word, string directory)
    {
        if (word.Contains('/', StringComparison.Ordinal))
            return Resolve(word.StartsWith('/') ? word : $"{directory}/{word}");
        foreach (var folder in folders)
            if (Resolve($"{folder}/{word}") is >= 0 and var node)
                return node;
        return -1;
    }

    /// <summary>The node at the end of all symbolic links; -1 where there is none.</summary>
    public int Resolve(string path)
    {
        var links = 0;
        var at = FileTree.Root;
        image.Work.Spend(path.Length);
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (rest.TryPop(out var part))
        {
            if (part == ".")
                continue;
            if (part == "..")
            {
                at = Math.Max(image.Tree.Nodes[at].Parent, FileTree.Root);
                continue;
            }

            var next = image.Tree.Find(at, part);
            image.Work.Spend(1);
            if (next < 0)
                return -1;
            ref readonly var node = ref image.Tree.Nodes[next];
            if (node.Kind != EntryKind.Symlink || node.Ordinal < 0)
            {
                at = next;
                continue;
            }

            if (++links > MostLinks)
                return -1;
            var target = PathText.FromName(image.Tree.Layers[node.Layer].Layer.Entries.LinkTarget(node.Ordinal));
            image.Work.Spend(target.Length);
            if (target.StartsWith('/'))
                at = FileTree.Root;
            foreach (var step in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
                rest.Push(step);
        }

        return at;
    }
}
