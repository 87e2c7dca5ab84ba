using ImageInsight.Analysis.Findings;
using ImageInsight.Analysis.Findings.Caches;
using ImageInsight.Analysis.Instructions.Shell;

namespace ImageInsight.Analysis.Dockerfiles.Edits;

/// <summary>
/// The RUN that fills a package manager's cache empties it, does not write it, or lends it by a mount.
/// </summary>
internal sealed class PackageCacheEdit : IEdit
{
    private const int MostBeside = 8;

    /// <summary>A RUN with more mounts is not what anybody writes.</summary>
    private const int MostOptions = 20;

    public bool TryApply(Draft draft, Finding finding) => finding.Remedy switch
    {
        Remedy.EmptyCache remedy => AvoidCache(draft, finding, remedy.Cache),
        Remedy.StoreOnce { Change: StoredChange.Removed or StoredChange.Replaced } => RemovedTooLate(draft, finding),
        _ => false,
    };

    /// <summary>
    /// A later instruction removes the cache or writes it anew, and the two could not be made one: each RUN that fills
    /// it empties it, too. What else it removes is made in RUNs that can be made one with it.
    /// </summary>
    private static bool RemovedTooLate(Draft draft, Finding finding)
    {
        if (draft.Carriers(finding) is not { } carriers)
            return false;
        if (Emptied(draft, finding, carriers))
        {
            draft.Answer(finding, [.. carriers]);
            return true;
        }

        if (draft.StepOf(finding.Layer) is not { IsRun: true } last || carriers.Contains(last))
            return false;
        var near = carriers.Where(c => c.IsRun && draft.IsOpenBetween(c, last)).ToList();
        IReadOnlyList<Step> far = [.. carriers.Except(near)];
        var before = far.Select(c => c.Text).ToList();
        if (near.Count == 0 || far.Count == 0 || !Emptied(draft, finding, far))
            return false;
        if (draft.Merge(near.MinBy(c => c.Order)!, last))
        {
            draft.Answer(finding, [.. far, draft.StepOf(finding.Layer)!]);
            return true;
        }

        for (var i = 0; i < far.Count; i++)
            far[i].Text = before[i];
        return false;
    }

    /// <summary>All of them or none.</summary>
    private static bool Emptied(Draft draft, Finding finding, IReadOnlyList<Step> carriers)
    {
        var paths = carriers.Select(c => PathsOf(draft, finding, c)).ToList();
        var id = CacheTables.Removed.FirstOrDefault(r => r.Value.Length > 0
            && paths.TrueForAll(all => all.All(p => Array.Exists(r.Value, v => Paths.IsIn(p, v.Folder))))).Key;
        if (id is null || carriers.Any(c => c.Script() is null))
            return false;
        var before = carriers.Select(c => c.Text).ToList();
        for (var i = 0; i < carriers.Count; i++)
            if (!Clean(draft, carriers[i], paths[i], id))
            {
                for (; i >= 0; i--)
                    carriers[i].Text = before[i];
                return false;
            }

        return true;
    }

    /// <summary>
    /// Where a carrier has what the finding is about, down to the depth that the tables of caches name places by.
    /// </summary>
    private static IReadOnlyCollection<string> PathsOf(Draft draft, Finding finding, Step carrier)
    {
        var places = new HashSet<int>();
        var tree = draft.Tree;
        var top = new Heads(draft);
        foreach (var (layer, ordinals) in finding.Bodies.Layers)
            if (carrier.Layers.Contains(layer))
            {
                draft.Work.Spend(ordinals.Count);
                foreach (var ordinal in ordinals)
                    places.Add(tree.PlaceOf(layer, ordinal) is var node and >= 0 ? top.HeadOf(node) : -1);
            }

        return [.. places.Select(n => n < 0 ? "" : tree.PathOf(n)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The folders around nodes at the depth that matters.</summary>
    private sealed class Heads(Draft draft)
    {
        /// <summary>/home/user/.cache/node-gyp/x has five parts; no table goes deeper.</summary>
        private const int Depth = 6;

        private readonly Dictionary<int, (int Head, int Depth)> folders = new() { [0] = (0, 0) };
        private readonly Stack<int> open = new();

        public int HeadOf(int node)
        {
            var (head, depth) = Folder(draft.Tree.Nodes[node].Parent);
            return depth < Depth ? node : head;
        }

        private (int Head, int Depth) Folder(int folder)
        {
            for (var n = folder; !folders.ContainsKey(n); n = draft.Tree.Nodes[n].Parent)
                open.Push(n);
            draft.Work.Spend(1 + open.Count);
            while (open.TryPop(out var n))
            {
                var (head, depth) = folders[draft.Tree.Nodes[n].Parent];
                folders[n] = depth < Depth ? (n, depth + 1) : (head, depth);
            }

            return folders[folder];
        }
    }

    private static bool AvoidCache(Draft draft, Finding finding, string id)
    {
        if (draft.StepOf(finding.Layer) is not { IsRun: true } step || step.Script() is null)
            return false;
        if (!(CacheTables.Options.ContainsKey(id) && Option(step, id)) && !Mount(draft, step, finding, id)
            && !Clean(draft, step, [.. finding.Paths.Select(p => p.Path)], id))
            return false;
        draft.Answer(finding, step);
        return true;
    }

    private static bool Option(Step step, string id)
    {
        var (programs, verbs, option) = CacheTables.Options[id];
        var done = false;
        foreach (var verb in verbs)
            done |= Options.Insert(step, programs, verb, option);
        if (id == CacheIds.Pip)
            done |= PipAsModule(step, option);
        if (id == CacheIds.Apk && done)
            WithoutUpdate(step);
        return done;
    }

    /// <summary>add --no-cache reads a fresh index by itself.</summary>
    private static void WithoutUpdate(Step step)
    {
        const int MostUpdates = 20;
        var script = step.Script()!;
        var left = MostUpdates;
        for (var i = script.Commands.Count - 1; i >= 0 && left > 0; i--)
            if (script.Commands[i] is { Name: "apk", Verb: "update" } && left-- > 0
                && script.Without(i) is { } shorter)
                script = shorter;
        if (left < MostUpdates)
            step.Text = script.ToString();
    }

    // python3 -m pip install x
    private static bool PipAsModule(Step step, string option)
    {
        var done = false;
        var script = step.Script()!.ReplaceAll(command =>
        {
            var words = command.Words.Select(w => w.Raw).ToList();
            var module = words.IndexOf("-m");
            if (module <= 0 || module + 2 >= words.Count || words[module + 1] is not "pip"
                || words[module + 2] is not "install" || words.Contains(option))
                return null;
            done = true;
            return command.Insert(module + 2, option);
        });
        if (done)
            step.Text = script.ToString();
        return done;
    }

    private static bool Mount(Draft draft, Step step, Finding finding, string id)
    {
        if (!CacheTables.Mounted.TryGetValue(id, out var mounted) || !Options.Runs(step, mounted.Programs))
            return false;
        var targets = new SortedSet<string>(StringComparer.Ordinal);
        var beside = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in finding.Paths.Select(p => p.Path))
        {
            draft.Work.Spend(path.Length);
            var end = mounted.Folders.Select(f => path.IndexOf(f + "/", StringComparison.Ordinal) is >= 0 and var at
                ? at + f.Length
                : -1).Max();
            if (end >= 0)
                targets.Add(path[..end]);
            else if (BesideProduct(path) is { } notes)
                beside.Add(Paths.Word(notes));
            else
                return false;
        }

        if (targets.Count is 0 or > 4 || beside.Count > MostBeside
            || (beside.Count > 0 && finding.PathCount > finding.Paths.Count)
            || draft.Last.Find("fills " + id, s => Options.Runs(s, mounted.Programs))?.Options.Count > MostOptions)
            return false;
        if (beside.Count > 0 && !Draft.RemoveAtEnd(step, beside))
            return false;
        // What a later RUN of the same program reads is in the mount, so it gets the mount as well.
        foreach (var user in draft.After(step).Prepend(step).Where(s => Options.Runs(s, mounted.Programs)))
            user.Options.AddRange(
                targets.Select(t => $"--mount=type=cache,target={t}").Where(m => !user.Options.Contains(m)));
        return true;
    }

    /// <summary>The folder or file that goes with a path; null for what may be the product.</summary>
    private static string? BesideProduct(string path)
    {
        foreach (var folder in CacheTables.BesideProduct)
            if (path.LastIndexOf(folder + "/", StringComparison.Ordinal) is > 0 and var at)
                return path[..(at + folder.Length)];
        return path.EndsWith(".original", StringComparison.Ordinal) ? path : null;
    }

    private static bool Clean(Draft draft, Step step, IReadOnlyCollection<string> paths, string id)
    {
        if (!CacheTables.Removed.TryGetValue(id, out var places) || step.Script() is null)
            return false;
        var isRoot = step.User is "" or "root" or "0" or "root:root" or "0:0";
        var cleaners = CacheTables.Cleaned.GetValueOrDefault(id) ?? [];
        var cleaner = cleaners.FirstOrDefault(c => Options.Runs(step, c.Program)).Command;
        var words = new HashSet<string>(StringComparer.Ordinal);
        draft.Work.Spend(step.Text.Length + paths.Sum(p => (long)p.Length));
        foreach (var path in paths)
            if (Array.Find(places, p => Paths.IsIn(InRootsHome(path), p.Folder)) is { Words: { } found }
                && (isRoot || IsInHome(path)))
                words.Add(IsInHome(path) ? Paths.Word(HomeOf(path) + found["/root".Length..]) : found);
            else if (cleaner is null || places.Length > 0 || !isRoot)
                return false;
        if (Array.Exists(
                cleaners, c => draft.Last.Find(
                    "needs index of " + c.Program, s => NeedsIndex(s, c.Program))?.Order > step.Order)
            && words.Any(w => w.Contains("lists", StringComparison.Ordinal)
                || w.Contains("sync", StringComparison.Ordinal)))
            return false;
        var before = step.Text;
        if (cleaner is not null && before.Contains(cleaner, StringComparison.Ordinal))
            words.RemoveWhere(IsArchive);
        else if (cleaner is not null
            && (id != CacheIds.Apt || words.Any(w => w.Contains("/var/cache/", StringComparison.Ordinal))))
        {
            words.RemoveWhere(IsArchive);
            step.Text = InsertClean(step, cleaner);
        }

        if (words.Count == 0
            || Draft.RemoveAtEnd(step, words.OrderBy(w => w.Contains("lists", StringComparison.Ordinal) ? 0 : 1)))
            return true;
        step.Text = before;
        return false;
    }

    // A user has the same caches below /home/user, and may remove what is there.
    private static bool IsInHome(string path) =>
        path.StartsWith("/home/", StringComparison.Ordinal) && path.IndexOf('/', "/home/".Length) > "/home/".Length;

    private static string HomeOf(string path) => path[..path.IndexOf('/', "/home/".Length)];

    private static string InRootsHome(string path) => IsInHome(path) ? "/root" + path[HomeOf(path).Length..] : path;

    /// <summary>apt-get clean takes them.</summary>
    private static bool IsArchive(string words) => words.EndsWith("/*.deb", StringComparison.Ordinal);

    /// <summary>Before an rm that ends the RUN, so that the two stay together.</summary>
    private static string InsertClean(Step step, string cleaner)
    {
        var script = step.Script()!;
        var last = script.Commands[^1];
        return last.Name == "rm" && script.Commands.Count > 1 && script.Commands[^2].Operator == "&&"
            ? new ShellScript([.. script.Commands.SkipLast(1)]) is var head && head.Commands.Count > 0
                ? Trimmed(head).Append(cleaner).Append(last.Text).ToString()
                : script.Append(cleaner).ToString()
            : script.Append(cleaner).ToString();
    }

    private static ShellScript Trimmed(ShellScript script) =>
        new([.. script.Commands.SkipLast(1), script.Commands[^1] with { Operator = "" }]);

    /// <summary>It installs by an index that an earlier RUN must have left.</summary>
    private static bool NeedsIndex(Step step, string program)
    {
        if (!step.IsRun || !Options.Runs(step, program))
            return false;
        var commands = step.Script()?.Commands;
        var install = commands?.ToList()
            .FindIndex(c => c.Name == program && c.Verb is "install" or "download" or "build-dep" or "source") ?? 0;
        return install >= 0
            && (commands is null || !commands.Take(install).Any(c => c.Name == program && c.Verb == "update"));
    }
}
