using ImageInsight.Analysis.Dockerfiles.Indexes;
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
        if (CopiedFiles.Create(draft, copies) is not { } files)
            return false;
        var left = new List<ShellCommand>();
        var options = new SortedSet<string>(StringComparer.Ordinal);
        string? folder = null;
        for (var i = 0; i < script.Commands.Count; i++)
        {
            var command = script.Commands[i];
            draft.Work.Spend(1 + command.Text.Length);
            // All that the copies brought, and nothing else: an option means the whole of a COPY.
            if (ChangeOf(command, run) is not { } change || !files.AreAllIn(change.Paths))
            {
                left.Add(command);
                continue;
            }

            if (OptionOf(draft, change) is not { } option || !change.Paths.All(files.AreAllOf))
                return false;
            options.Add(option);
            folder = change.Paths.FirstOrDefault(draft.IsWorkingDirectory) ?? folder;
            // The last one that is left may go with its RUN; others where nothing depends on them.
            if (left.Count == 0 && i == script.Commands.Count - 1)
                break;
            if (!TryLeaveOut(left, command, isLast: i == script.Commands.Count - 1))
                return false;
        }

        var all = left.Count == 0;
        if (options.Count == 0 || options.Select(Kind).Distinct().Count() != options.Count
            || copies.Any(c => c.Options.Any(o => options.Any(n => Kind(n) == Kind(o))))
            || (options.Any(NamesUser) && MakesUser(draft, copies, run)))
            return false;
        foreach (var copy in copies)
        {
            copy.Options.AddRange(options);
            copy.Answers.Add(finding.Id);
            draft.AddLayers(copy, all ? run.Layers : []);
        }

        if (folder is not null && options.Any(o => Kind(o) == "--chown"))
            copies[^1].Margin.Add(
                ($"{folder} itself keeps its owner: WORKDIR made it. If the program writes there, change that one "
                    + "directory.", finding.Id));
        if (all)
            draft.Remove(run);
        else
            run.Text = new ShellScript(left).ToString();
        draft.Answer(finding);
        return true;
    }

    /// <summary>
    /// As <see cref="ShellScript.Without"/> does, of a script that is gone through from its beginning.
    /// </summary>
    private static bool TryLeaveOut(List<ShellCommand> before, ShellCommand command, bool isLast)
    {
        if (command.Operator == "||" || (before.Count > 0 && before[^1].Operator == "||"))
            return false;
        if (isLast)
            before[^1] = before[^1] with { Operator = "" };
        return isLast || before.Count == 0 || before[^1].Operator == command.Operator;
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

    private static string? OptionOf(Draft draft, Change change)
    {
        var tree = draft.Tree;
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
        var modes = change.Paths.Select(tree.Find).SelectMany(n => n < 0 ? [-1] : ModesBelow(draft, n)).Distinct()
            .Take(2).ToList();
        return modes is [> 0 and var mode] ? "--chmod=" + Convert.ToString(mode, 8).PadLeft(4, '0') : null;
    }

    private static IEnumerable<int> ModesBelow(Draft draft, int node) =>
        draft.Tree.Below(node, draft.Work)
            .Where(n => draft.Tree.Nodes[n] is { Ordinal: >= 0, Kind: not EntryKind.Symlink })
            .Select(n => draft.Tree.Layers[draft.Tree.Nodes[n].Layer].Layer.Entries[draft.Tree.Nodes[n].Ordinal].Mode);

    private static bool MakesUser(Draft draft, IReadOnlyList<Step> copies, Step run) =>
        draft.Between(copies.MinBy(c => c.Order)!, run).Append(run)
            .Any(s => s.IsRun && s.Holds(
                "makes users", t => MakesUsers.Any(m => t.Contains(m, StringComparison.Ordinal))));

    private static string Kind(string option) => option.Split('=')[0];

    private static bool NamesUser(string option) =>
        Kind(option) == "--chown" && option.Any(char.IsAsciiLetter)
        && option["--chown=".Length..].Any(c => !char.IsAsciiDigit(c) && c != ':');

    private static bool IsName(string text) => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
