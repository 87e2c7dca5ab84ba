using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.Tests.Properties;

/// <summary>
/// Layers over each other the slow way: one dictionary of whole paths, copied and searched for everything. It follows
/// the sentences of the OCI image-spec v1.1, layer.md, and of docs/formats.md, "Layers over each other", one by one.
/// </summary>
internal sealed class MergeModel
{
    private const int MaxHops = 40;

    private sealed record Body(ModelEntry Entry, int Layer)
    {
        /// <summary>Where its record was placed.</summary>
        public string Home { get; set; } = "";
    }

    private sealed record Item(EntryKind Kind, ModelEntry? Entry, Body? Body, bool IsLink);

    // "" is the root.
    private readonly Dictionary<string, Item> items = new() { [""] = new Item(EntryKind.Directory, null, null, false) };
    private readonly List<Body> bodies = [];
    private HashSet<string> ownDirectories = [];

    /// <summary>What the layer at hand removed or replaced, by its path.</summary>
    private readonly Dictionary<string, Item> taken = [];

    private int layers;

    public IReadOnlyDictionary<string, string> Listing =>
        items.Where(i => i.Key.Length > 0).ToDictionary(i => "/" + i.Key, i => Describe(i.Value));

    public LedgerTotals Ledger
    {
        get
        {
            long disk = bodies.Sum(b => (long)b.Entry.Size);
            var alive = items.Values.Select(i => i.Body).OfType<Body>().ToHashSet(ReferenceEqualityComparer.Instance);
            var dead = bodies.Where(b => !alive.Contains(b)).ToLookup(ClassOf, b => (long)b.Entry.Size);
            return new LedgerTotals(
                disk, disk - dead.Sum(d => d.Sum()), dead[LedgerClass.Deleted].Sum(),
                dead[LedgerClass.Overwritten].Sum(), dead[LedgerClass.MetadataOnly].Sum(),
                dead[LedgerClass.Touched].Sum(), dead[LedgerClass.Identical].Sum());
        }
    }

    public static string Describe(EntryKind kind, bool isLink, long size, int mode, string? target) =>
        kind switch
        {
            _ when isLink => $"link of {size} bytes, {Convert.ToString(mode, 8)}",
            EntryKind.File => $"file of {size} bytes, {Convert.ToString(mode, 8)}",
            EntryKind.Symlink => $"symlink to {target}",
            EntryKind.Directory => $"directory, {Convert.ToString(mode, 8)}",
            _ => "fifo",
        };

    public void Apply(IReadOnlyList<ModelEntry> layer)
    {
        taken.Clear();
        ownDirectories = [.. layer.Where(e => e.Kind == EntryKind.Directory).Select(e => e.Path)];
        // Markers act on lower layers only, whatever their place: before anything of this layer is there.
        foreach (var entry in layer.Where(e => e.Name == ".wh..wh..opq"))
            if (Resolve(entry.Parent, make: false) is { } directory)
                RemoveBelow(directory);
        foreach (var entry in layer.Where(e => e.Name.StartsWith(".wh.", StringComparison.Ordinal)
            && e.Name != ".wh..wh..opq"))
            if (Resolve(entry.Parent, make: false) is { } directory)
                Remove(Join(directory, entry.Name[".wh.".Length..]));
        var waiting = new List<ModelEntry>();
        foreach (var entry in layer)
            if (entry.Name.StartsWith(".wh.", StringComparison.Ordinal))
                continue;
            else if (entry.Kind != EntryKind.HardLink)
                Place(entry);
            else if (!Link(entry, last: false))
                waiting.Add(entry);
        foreach (var entry in waiting)
            Link(entry, last: true);
        layers++;
    }

    private void Place(ModelEntry entry)
    {
        var path = Join(Resolve(entry.Parent, make: true)!, entry.Name);
        if (entry.Kind != EntryKind.Directory || items.GetValueOrDefault(path)?.Kind != EntryKind.Directory)
            Remove(path);
        Body? body = null;
        if (entry.Kind == EntryKind.File)
            bodies.Add(body = new Body(entry, layers) { Home = path });
        items[path] = new Item(entry.Kind, entry, body, false);
    }

    private bool Link(ModelEntry entry, bool last)
    {
        var slash = entry.Target.LastIndexOf('/');
        // Where the target's name leads today: its parents may be symlinks, itself it is not followed.
        var parent = Walk("", slash < 0 ? "" : entry.Target[..slash], make: false, new Hops(), each: true);
        var from = parent is null ? null : Join(parent, entry.Target[(slash + 1)..]);
        var target = from is null ? null : items.GetValueOrDefault(from);
        if (target is null or { Kind: EntryKind.Directory })
        {
            if (!last)
                return false;
            target = !items.ContainsKey(entry.Target)
                && taken.GetValueOrDefault(entry.Target) is { Body: { } body } lower && body.Layer < layers
                ? lower
                : new Item(EntryKind.HardLink, entry, null, true);
            from = null;
        }

        var path = Join(Resolve(entry.Parent, make: true)!, entry.Name);
        if (path == from)
            return true;
        Remove(path);
        items[path] = target.Body is null ? target : new Item(EntryKind.File, target.Entry, target.Body, true);
        return true;
    }

    /// <summary>
    /// Where a directory of this layer lies: lower symlinks are followed, unless this layer writes the path as a
    /// directory.
    /// </summary>
    private string? Resolve(string directory, bool make)
    {
        var at = "";
        var lexical = "";
        foreach (var name in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            lexical = Join(lexical, name);
            var child = Join(at, name);
            var item = items.GetValueOrDefault(child);
            string? next = null;
            if (item?.Kind == EntryKind.Directory)
                next = child;
            else if (item?.Kind == EntryKind.Symlink && !ownDirectories.Contains(lexical))
                next = Follow(child, item, make, new Hops());
            if (next is null && !make)
                return null;
            at = next ?? MakeDirectory(child);
        }

        return at;
    }

    private string? Follow(string link, Item item, bool make, Hops hops)
    {
        if (++hops.Count > MaxHops)
            return null;
        var target = item.Entry!.Target;
        var from = target.StartsWith('/') || !link.Contains('/') ? "" : link[..link.LastIndexOf('/')];
        return Walk(from, target, make, hops, each: false);
    }

    /// <param name="each">Every symlink on the way has hops of its own, as when each component is looked up.</param>
    private string? Walk(string from, string path, bool make, Hops hops, bool each)
    {
        var at = from;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (name == ".")
                continue;
            if (name == "..")
            {
                // Clamped at the root.
                at = at.Contains('/') ? at[..at.LastIndexOf('/')] : "";
                continue;
            }

            var child = Join(at, name);
            switch (items.GetValueOrDefault(child))
            {
                case null when make:
                    at = MakeDirectory(child);
                    break;
                case { Kind: EntryKind.Directory }:
                    at = child;
                    break;
                case { Kind: EntryKind.Symlink } symlink
                    when Follow(child, symlink, make, each ? new Hops() : hops) is { } target:
                    at = target;
                    break;
                default:
                    return null;
            }
        }

        return at;
    }

    private string MakeDirectory(string path)
    {
        Remove(path);
        items[path] = new Item(EntryKind.Directory, null, null, false);
        return path;
    }

    private void Remove(string path)
    {
        Take(path);
        RemoveBelow(path);
    }

    private void RemoveBelow(string path)
    {
        foreach (var below in items.Keys.Where(k => k.Length > 0
            && (path.Length == 0 || k.StartsWith(path + "/", StringComparison.Ordinal))).ToList())
            Take(below);
    }

    private void Take(string path)
    {
        if (items.Remove(path, out var item))
            taken[path] = item;
    }

    private LedgerClass ClassOf(Body dead)
    {
        if (items.GetValueOrDefault(dead.Home)?.Body is not { } live)
            return LedgerClass.Deleted;
        var (a, b) = (dead.Entry, live.Entry);
        if (a.Size != b.Size || (a.Size > 0 && a.Fill != b.Fill))
            return LedgerClass.Overwritten;
        if (a.Mode != b.Mode)
            return LedgerClass.MetadataOnly;
        return a.Mtime != b.Mtime ? LedgerClass.Touched : LedgerClass.Identical;
    }

    private static string Describe(Item item) => Describe(
        item.Kind, item.IsLink, item.Body?.Entry.Size ?? 0, item.Entry?.Mode ?? 0x1ed, item.Entry?.Target);

    private static string Join(string directory, string name) => directory.Length == 0 ? name : directory + "/" + name;

    private sealed class Hops
    {
        public int Count { get; set; }
    }
}
