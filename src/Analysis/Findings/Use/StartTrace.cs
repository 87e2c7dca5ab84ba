using System.Text;
using System.Text.RegularExpressions;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Analysis.Layers.Captures;
using ImageInsight.Analysis.Packages.Npm;

namespace ImageInsight.Analysis.Findings.Use;

/// <summary>
/// Follows what a container starts through shells, scripts, makefiles and the scripts of package.json, as far as they
/// were kept. It goes by words: what might be a command is taken for one.
/// </summary>
internal sealed class StartTrace
{
    /// <summary>Nobody's start reads more; what is beyond counts as not read.</summary>
    private const int MostFiles = 64, MostWords = 50_000;

    private const int BiggestScript = 8 << 10;

    private static readonly string[] Services =
        ["/etc/services.d", "/etc/s6-overlay", "/etc/cont-init.d", "/etc/service", "/etc/sv"];

    private readonly FindingContext image;
    private readonly ProgramFinder finder;
    private readonly Queue<(string Text, string Directory)> open = new();
    private readonly HashSet<int> read = [];
    private readonly HashSet<(int Manifest, string Script)> scripts = [];
    private int words;
    private int lists;

    public StartTrace(FindingContext image, string directory)
    {
        this.image = image;
        finder = new ProgramFinder(image);
        foreach (var word in image.Facts.Command)
            Top(word, directory);
        Follow(image.Facts.Command, directory);
        while (open.TryDequeue(out var next))
            Read(next.Text, next.Directory);
    }

    /// <summary>Names of what may be started.</summary>
    public HashSet<string> Programs { get; } = new(StringComparer.Ordinal);

    /// <summary>With the word that follows.</summary>
    public HashSet<(string Program, string Argument)> Pairs { get; } = [];

    /// <summary>Words of all commands: some are files.</summary>
    public HashSet<string> Words { get; } = new(StringComparer.Ordinal);

    /// <summary>Absolute paths among them; relative ones are taken from where the container starts.</summary>
    public HashSet<string> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Files that are started, and scripts that were read.</summary>
    public HashSet<int> Files { get; } = [];

    /// <summary>Something is started whose text is not known.</summary>
    public bool IsUnread { get; private set; }

    /// <summary>Words of a class path, or of a command that may take one, are made by another command.</summary>
    public bool ComputesWords { get; private set; }

    /// <summary>A shell that waits for what is typed.</summary>
    public bool IsInteractive { get; private set; }

    private void Top(string word, string directory)
    {
        word = WithLists(word, directory);
        // All of it may be a line for a shell.
        ComputesWords |= ShellWords.IsComputed(word);
        foreach (var part in word.Split(ShellWords.Commands))
            Note(part.Split(ShellWords.Blanks, StringSplitOptions.RemoveEmptyEntries), directory, all: true);
    }

    private void Follow(IReadOnlyList<string> command, string directory)
    {
        List<string> all = [.. command.SelectMany(c => c.Split([.. ShellWords.Commands, .. ShellWords.Blanks],
            StringSplitOptions.RemoveEmptyEntries))];
        for (var i = 0; i < all.Count; i++)
        {
            var name = ShellWords.NameOf(all[i]);
            if (i + 1 < all.Count)
                Pairs.Add((name, all[i + 1]));
            if (ShellWords.Shells.Contains(name) && (i + 1 == all.Count
                || (i == 0 && all.Skip(1).All(w => w.StartsWith('-') && !w.EndsWith('c')))))
                IsInteractive = true;
            Start(all, i, directory);
            if (all[i].StartsWith('$') && (i == 0 || ShellWords.Wrappers.Contains(ShellWords.NameOf(all[i - 1]))))
                Variable(all[i], followed: false);
        }
    }

    /// <summary>What a word may start beyond itself.</summary>
    private void Start(IReadOnlyList<string> command, int at, string directory)
    {
        var name = ShellWords.NameOf(command[at]);
        if (ShellWords.PackageManagers.Contains(name))
            Manifest(name, command, at, directory);
        else if (name is "make" or "gmake")
            Makefile(command, at, directory);
        else if (name is "foreman" or "honcho" or "overmind" or "hivemind")
            IsUnread |= !Script(finder.Resolve(directory + "/Procfile"), directory);
        else if (name == "supervisord")
            Supervisor();
        else if (name is "init" or "s6-svscan" || name == "runsvdir")
            Folders(Services, directory);
        else if (ShellWords.Starters.Contains(name))
            IsUnread = true;
        else
            Program(command[at], at, directory);
    }

    private void Program(string word, int at, string directory)
    {
        if (word.Length < 2 || word.StartsWith('-') || word.Contains('$', StringComparison.Ordinal))
            return;
        var node = finder.Find(word, directory);
        if (node < 0)
        {
            // A path that is not there may be mounted.
            IsUnread |= word.EndsWith(".sh", StringComparison.Ordinal)
                || word.Contains("entrypoint", StringComparison.Ordinal);
            return;
        }

        if (image.Tree.Nodes[node].Inode is not (>= 0 and var inode))
            return;
        Files.Add(node);
        if (Script(node, directory))
            return;
        var named = word.EndsWith(".sh", StringComparison.Ordinal)
            || word.Contains("entrypoint", StringComparison.Ordinal);
        IsUnread |= named || (at == 0 && word.Contains('/', StringComparison.Ordinal)
            && image.Tree.SizeOf(image.Tree.Inodes[inode]) <= BiggestScript);
    }

    /// <returns>False when the text of a file is not known.</returns>
    private bool Script(int node, string directory)
    {
        if (node < 0)
            return false;
        if (read.Contains(node))
            return true;
        if (VisibleFiles.Capture(image, node, ScriptFiles.Kind) is not { } kept)
            return false;
        if (read.Count >= MostFiles)
            return false;
        read.Add(node);
        Files.Add(node);
        var text = Encoding.UTF8.GetString(kept);
        open.Enqueue((text, directory));
        return true;
    }

    private void Read(string text, string directory)
    {
        image.Work.Spend(text.Length);
        if (text.StartsWith("#!", StringComparison.Ordinal))
            foreach (var word in text[2..(text.IndexOf('\n') is var end and >= 0 ? end : text.Length)]
                .Split([' ', '/', '\r'], StringSplitOptions.RemoveEmptyEntries))
                if (finder.Find(word, directory) is >= 0 and var interpreter)
                {
                    Programs.Add(word);
                    Files.Add(interpreter);
                }

        var followed = false;
        var unknown = new List<string>();
        foreach (var line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        {
            var bare = line.Trim();
            if (bare.StartsWith('#'))
                continue;
            bare = WithLists(bare, directory);
            ComputesWords |= ShellWords.IsComputed(bare);
            if (bare.StartsWith("command=", StringComparison.Ordinal))
                bare = bare["command=".Length..];
            foreach (var command in bare.Split(ShellWords.Commands))
            {
                var parts = command.Split(ShellWords.Blanks, StringSplitOptions.RemoveEmptyEntries);
                followed |= Note(parts, directory, all: false);
                Command(parts, directory, unknown);
            }
        }

        foreach (var word in unknown)
            Variable(word, followed);
    }

    /// <summary>The command that some words make, after assignments and keywords.</summary>
    private void Command(string[] parts, string directory, List<string> unknown)
    {
        var at = 0;
        while (at < parts.Length && (ShellWords.Keywords.Contains(parts[at]) || ShellWords.IsAssignment(parts[at])
            || parts[at] is "@" or "-"))
            at++;
        if (at >= parts.Length || ++words > MostWords)
        {
            IsUnread |= words > MostWords;
            return;
        }

        // A recipe's line may begin so, and Procfile's with "web:".
        parts[at] = parts[at].TrimStart('@', '-');
        if (parts[at].EndsWith(':') && at + 1 < parts.Length)
            at++;
        var name = ShellWords.NameOf(parts[at]);
        if (name is "echo" or "printf" or "export" or "local" or "set" or "test" or "[" or "[[" or "return" or "exit")
            return;
        if (parts[at].StartsWith('$'))
        {
            unknown.Add(parts[at]);
            return;
        }

        var last = name is "." or "source" || ShellWords.Wrappers.Contains(name) ? parts.Length - 1 : at;
        if (last > at)
            unknown.AddRange(parts.Skip(at + 1).Take(1).Where(p => p.StartsWith('$')));
        for (var i = at; i <= last; i++)
        {
            Programs.Add(ShellWords.NameOf(parts[i]));
            if (i + 1 < parts.Length)
                Pairs.Add((ShellWords.NameOf(parts[i]), parts[i + 1]));
            Start(parts, i, directory);
        }
    }

    /// <summary>Keeps words, and the places among them.</summary>
    /// <param name="all">Each may be a program.</param>
    /// <returns>True when a folder was named whose scripts were read.</returns>
    private bool Note(string[] parts, string directory, bool all)
    {
        var followed = false;
        foreach (var part in parts)
        {
            if (Words.Count >= MostWords)
            {
                IsUnread = true;
                break;
            }

            Words.Add(part);
            if (all)
                Programs.Add(ShellWords.NameOf(part));
            // node server.js
            if (part.Contains('.', StringComparison.Ordinal) && !part.Contains('/', StringComparison.Ordinal)
                && finder.Resolve($"{directory}/{part}") is > 0 and var file && image.Tree.Nodes[file].Inode >= 0)
                Places.Add($"{directory}/{part}");
            foreach (var path in part.Split(':', '=').Where(p => p.Contains('/', StringComparison.Ordinal)))
            {
                Places.Add(path.StartsWith('/') ? path : $"{directory}/{path}");
                if (!all && path.StartsWith('/') && path.Length > 2)
                    followed |= Folders([path.TrimEnd('/', '*').Replace("/*.sh", "", StringComparison.Ordinal)],
                        directory, shallow: true);
            }
        }

        return followed;
    }

    /// <summary>$JAVA_HOME/bin/java is java; "$@" is the rest of the command, which is known.</summary>
    private void Variable(string word, bool followed)
    {
        if (word is "$@" or "$*" or "${@}" or "$1" or "${1}" || word.StartsWith("${@", StringComparison.Ordinal))
            return;
        if (word.LastIndexOf('/') is >= 0 and var slash && slash + 1 < word.Length && word[slash + 1] != '$')
        {
            Programs.Add(word[(slash + 1)..]);
            return;
        }

        var name = word.Trim('$', '{', '}', '(', ')');
        if (image.Variable(name) is { } value)
            foreach (var part in value.Split(ShellWords.Blanks, StringSplitOptions.RemoveEmptyEntries))
                Programs.Add(ShellWords.NameOf(part));
        else if (!followed)
            IsUnread = true;
    }

    private void Manifest(string manager, IReadOnlyList<string> command, int at, string directory)
    {
        var rest = command.Skip(at + 1).ToList();
        if (rest.Exists(w => w is "--prefix" or "-C" or "--cwd" or "--dir" or "-w" or "--workspace" or "--filter"))
        {
            var into = rest.FindIndex(w => w is "--prefix" or "-C" or "--cwd" or "--dir");
            if (into < 0 || into + 1 >= rest.Count)
            {
                IsUnread = true;
                return;
            }

            directory = rest[into + 1].StartsWith('/') ? rest[into + 1] : $"{directory}/{rest[into + 1]}";
            rest.RemoveRange(into, 2);
        }

        var name = rest.Find(w => !w.StartsWith('-') && w is not ("run" or "run-script"));
        if (name is null or "exec" or "x" or "dlx" or "install" or "ci")
        {
            foreach (var word in rest)
                Programs.Add(ShellWords.NameOf(word));
            return;
        }

        var manifest = finder.Resolve(directory + "/package.json");
        if (manifest < 0 || VisibleFiles.Capture(image, manifest, NpmFiles.Kind) is not { } kept)
        {
            IsUnread = true;
            return;
        }

        if (!scripts.Add((manifest, name)))
            return;
        if (PackageScripts.Read(kept, name, image.Work) is not { } found)
        {
            IsUnread = true;
            return;
        }

        foreach (var script in found)
        {
            Top(script, directory);
            open.Enqueue((script, directory));
        }

        if (found.Count == 0 && manager != "npm")
            Programs.Add(name);
        else if (found.Count == 0 && name == "start")
            Programs.Add("node");
    }

    private void Makefile(IReadOnlyList<string> command, int at, string directory)
    {
        for (var i = at + 1; i + 1 < command.Count; i++)
            if (command[i] == "-C")
                directory = command[i + 1].StartsWith('/') ? command[i + 1] : $"{directory}/{command[i + 1]}";
            else if (command[i] == "-f")
                Script(finder.Find("./" + command[i + 1].TrimStart('/'), directory), directory);
        var known = false;
        foreach (var name in (string[])["GNUmakefile", "makefile", "Makefile"])
            known |= Script(finder.Resolve($"{directory}/{name}"), directory);
        IsUnread |= !known;
    }

    private void Supervisor()
    {
        var known = false;
        foreach (var file in (string[])["/etc/supervisor/supervisord.conf", "/etc/supervisord.conf",
            "/etc/supervisor.conf", "/app/supervisord.conf"])
            known |= Script(finder.Resolve(file), "/");
        foreach (var folder in (string[])["/etc/supervisor/conf.d", "/etc/supervisord.d", "/etc/supervisor.d"])
            known |= Folders([folder], "/", shallow: true);
        IsUnread |= !known;
    }

    /// <summary>Reads the scripts in some folders.</summary>
    private bool Folders(IEnumerable<string> folders, string directory, bool shallow = false)
    {
        var followed = false;
        foreach (var folder in folders)
        {
            if (finder.Resolve(folder) is not (> 0 and var top)
                || image.Tree.Nodes[top].Kind != EntryKind.Directory || !read.Add(top))
                continue;
            var left = MostFiles;
            var nodes = shallow ? image.Tree.VisibleChildren(top, image.Work) : image.Tree.Below(top, image.Work);
            foreach (var node in nodes)
            {
                if (--left < 0)
                    break;
                if (image.Tree.Nodes[node] is { Visible: true, Inode: >= 0 })
                    followed |= Script(node, directory);
            }
        }

        return followed;
    }

    /// <summary>Puts in what a file lists, where it was kept.</summary>
    private string WithLists(string line, string directory)
    {
        if (line.Length > MostWords || !(line.Contains("$(", StringComparison.Ordinal) || line.Contains('@')))
            return line;
        foreach (Match match in ShellWords.Lists().Matches(line))
        {
            var path = match.Groups["file"].Value;
            var node = finder.Resolve(path.StartsWith('/') ? path : $"{directory}/{path}");
            if (node < 0 || VisibleFiles.Capture(image, node, ClassPathFiles.Kind) is not { } list
                || ++lists > MostFiles)
            {
                continue;
            }

            image.Work.Spend(list.Length);
            var text = Encoding.UTF8.GetString(list);
            foreach (var word in text.Split(ShellWords.ListBreaks, StringSplitOptions.RemoveEmptyEntries))
                if (word.StartsWith('/') && Places.Count < MostWords)
                {
                    Places.Add(word);
                    if (finder.Resolve(word) is > 0 and var archive)
                        Files.Add(archive);
                }

            Files.Add(node);
            line = line.Replace(match.Value, path, StringComparison.Ordinal);
        }

        return line;
    }
}
