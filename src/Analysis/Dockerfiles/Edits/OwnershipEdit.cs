using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Instructions.Shell;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>COPY gives the files the owner and the mode that a later <c>chown</c> or <c>chmod</c> gave them.</summary>
internal sealed class OwnershipEdit : IEdit
{
    private static readonly string[] MakesUsers = ["useradd", "adduser", "groupadd", "addgroup", "usermod", "groupmod"];

    public bool TryApply(Draft draft, Finding finding)
    {
        if (finding.Remedy is not Remedy.StoreOnce { Change: StoredChange.Metadata }
            || draft.StepOf(finding.Layer) is not { } run
            || draft.Carriers(finding) is not { } copies || !copies.All(c => c.IsCopy)
            || run.Script() is not { } script)
            return false;
        var left = script;
        var all = false;
        var options = new SortedSet<string>(StringComparer.Ordinal);
        string? folder = null;
        for (var i = 0; i < left.Commands.Count;)
        {
            // All that the copies brought, and nothing else: an option means the whole of a COPY.
            if (ChangeOf(left.Commands[i], run) is not { } change || !IsAllOf(draft.Tree, copies, change.Paths))
            {
                i++;
                continue;
            }

            if (OptionOf(draft.Tree, change) is not { } option || !change.Paths.All(p => OnlyCopied(draft, p, copies)))
                return false;
            options.Add(option);
            folder = change.Paths.FirstOrDefault(
                p => draft.Steps.Any(s => s.Keyword == "WORKDIR" && Paths.Combine(s.Directory, "") == p)) ?? folder;
            if (all = left.Commands.Count == 1)
                break;
            if (left.Without(i) is not { } shorter)
                return false;
            left = shorter;
        }

        if (options.Count == 0 || options.Select(Kind).Distinct().Count() != options.Count
            || copies.Any(c => c.Options.Any(o => options.Any(n => Kind(n) == Kind(o))))
            || (options.Any(NamesUser) && MakesUser(draft, copies, run)))
            return false;
        foreach (var copy in copies)
        {
            copy.Options.AddRange(options);
            copy.Answers.Add(finding.Id);
            copy.Layers.UnionWith(all ? run.Layers : []);
        }

        if (folder is not null && options.Any(o => Kind(o) == "--chown"))
            copies[^1].Margin.Add(
                ($"{folder} itself keeps its owner: WORKDIR made it. If the program writes there, change that one "
                    + "directory.", finding.Id));
        if (all)
            draft.Steps.Remove(run);
        else
            run.Text = left.ToString();
        draft.Answer(finding);
        return true;
    }

    private sealed record Change(bool Owner, string Value, IReadOnlyList<string> Paths);

    private static Change? ChangeOf(ShellCommand command, Step run)
    {
        if (command is not { Name: "chown" or "chmod", NameAt: 0 } || command.Arguments is not { } arguments
            || arguments.Where(a => a.StartsWith('-'))
                .Any(a => a is not ("-R" or "--recursive" or "-v" or "-f" or "-h" or "-Rf" or "-vR" or "-hR" or "-Rh")))
            return null;
        return arguments.Where(a => !a.StartsWith('-')).ToList() is [var value, _, ..] operands
            ? new Change(command.Name == "chown", value, [
                .. operands.Skip(1).Select(p => Paths.Combine(run.Directory, p))
            ])
            : null;
    }

    private static string? OptionOf(FileTree tree, Change change)
    {
        if (change.Owner)
        {
            var parts = change.Value.Split(':');
            // chown app: takes the login group, which only the image's passwd names.
            return parts switch
            {
                [{ Length: > 0 } user] when IsName(user) => $"--chown={user}:root",
                [var user, { Length: > 0 } group] when IsName(group) && (user.Length == 0 || IsName(user)) =>
                    $"--chown={(user.Length == 0 ? "root" : user)}:{group}",
                _ => null,
            };
        }

        if (change.Value.Length is 3 or 4 && change.Value.All(c => c is >= '0' and <= '7'))
            return $"--chmod={change.Value}";
        // A symbolic mode is the one that all of them came to have, directories too.
        var modes = change.Paths.Select(tree.Find).SelectMany(n => n < 0 ? [-1] : ModesBelow(tree, n)).Distinct()
            .Take(2).ToList();
        return modes is [> 0 and var mode] ? "--chmod=" + Convert.ToString(mode, 8).PadLeft(4, '0') : null;
    }

    private static IEnumerable<int> ModesBelow(FileTree tree, int node) =>
        tree.Below(node).Where(n => tree.Nodes[n] is { Ordinal: >= 0, Kind: not EntryKind.Symlink })
            .Select(n => tree.Layers[tree.Nodes[n].Layer].Layer.Entries[tree.Nodes[n].Ordinal].Mode);

    /// <summary>Every file of the copies stands at or below one of the paths.</summary>
    private static bool IsAllOf(FileTree tree, IReadOnlyList<Step> copies, IReadOnlyList<string> paths)
    {
        var changed = paths.Select(tree.Find).ToHashSet();
        var targets = new Dictionary<int, int>();
        foreach (var copy in copies)
        {
            var target = CopiedTo.Parse(copy) is { } copied ? tree.Find(copied.Path) : -1;
            if (target < 0)
                return false;
            foreach (var layer in copy.Layers)
                targets[layer] = target;
        }

        foreach (ref readonly var inode in tree.Inodes)
            // Beside the target is only what a mv, which COPY stands for by now, took away.
            if (inode.Node >= 0 && targets.TryGetValue(inode.Layer, out var target) && IsBelow(tree, inode.Node, target)
                && !IsBelowOne(tree, inode.Node, changed))
                return false;
        return true;
    }

    private static bool IsBelow(FileTree tree, int node, int top)
    {
        while (node > top)
            node = tree.Nodes[node].Parent;
        return node == top;
    }

    private static bool IsBelowOne(FileTree tree, int node, HashSet<int> tops)
    {
        while (node > FileTree.Root && !tops.Contains(node))
            node = tree.Nodes[node].Parent;
        return tops.Contains(node);
    }

    /// <summary>Every file at and below the path came with these copies: the command changed nothing else.</summary>
    private static bool OnlyCopied(Draft draft, string path, IReadOnlyList<Step> copies)
    {
        var tree = draft.Tree;
        var top = tree.Find(path);
        if (top < 0)
            return false;
        var layers = copies.SelectMany(c => c.Layers).ToHashSet();
        var copied = new HashSet<int>();
        foreach (ref readonly var inode in tree.Inodes)
            if (layers.Contains(inode.Layer))
                copied.Add(inode.Node);
        return tree.Below(top).All(n => tree.Nodes[n].Kind != EntryKind.File || copied.Contains(n));
    }

    private static bool MakesUser(Draft draft, IReadOnlyList<Step> copies, Step run) =>
        draft.Steps.Skip(copies.Min(draft.IndexOf)).Take(draft.IndexOf(run) - copies.Min(draft.IndexOf) + 1)
            .Any(s => s.IsRun && MakesUsers.Any(m => s.Text.Contains(m, StringComparison.Ordinal)));

    private static string Kind(string option) => option.Split('=')[0];

    private static bool NamesUser(string option) =>
        Kind(option) == "--chown" && option.Any(char.IsAsciiLetter)
        && option["--chown=".Length..].Any(c => !char.IsAsciiDigit(c) && c != ':');

    private static bool IsName(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
