using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Merge;

/// <summary>Replays layers over each other: what a layer takes away first, then what it brings.</summary>
internal sealed class TreeMerger
{
    private readonly IReadOnlyList<ImageLayer> layers;
    private readonly AnalysisOptions? options;
    private readonly WorkBudget work;
    private readonly MergedTree tree;
    private readonly LayerDirectories directories;
    private readonly HardLinks hardLinks;

    // Of the layer at hand.
    private EntryList entries = new();
    private bool[]? aufsMeta;

    /// <summary>Of layers that were merged under the caps before.</summary>
    public TreeMerger(IReadOnlyList<ImageLayer> layers, CancellationToken cancellationToken)
        : this(layers, null, Unlimited(cancellationToken), links: null)
    {
    }

    /// <summary>Of layers that were never merged.</summary>
    public TreeMerger(IReadOnlyList<ImageLayer> layers, AnalysisOptions options, WorkBudget work)
        : this(layers, options, work, links: null)
    {
    }

    /// <summary>Of layers that were merged before.</summary>
    /// <param name="links">Takes each link of a layer that has a body, and which.</param>
    public TreeMerger(
        IReadOnlyList<ImageLayer> layers, List<(int Layer, int Ordinal, int Inode)> links,
        CancellationToken cancellationToken)
        : this(layers, null, Unlimited(cancellationToken), links)
    {
    }

    private TreeMerger(
        IReadOnlyList<ImageLayer> layers, AnalysisOptions? options, WorkBudget work,
        List<(int Layer, int Ordinal, int Inode)>? links)
    {
        this.layers = layers;
        this.options = options;
        this.work = work;
        tree = new MergedTree(layers, work);
        directories = new LayerDirectories(tree, options);
        hardLinks = new HardLinks(tree, directories) { Links = links };
    }

    private static WorkBudget Unlimited(CancellationToken cancellationToken) =>
        new(new AnalysisOptions { MaxWork = long.MaxValue }, cancellationToken);

    public FileTree Merge()
    {
        for (var layer = 0; layer < layers.Count; layer++)
        {
            tree.Begin(layer);
            entries = tree.Entries;
            directories.Begin();
            hardLinks.Begin();
            aufsMeta = FindAufsMeta();
            work.Spend(entries.Count);
            if (layer > 0)
                ApplyMarkers();
            PlaceEntries();
        }

        // A new image's packages are looked for next; one that was stored has them.
        return tree.Finish(keepIndex: options is not null);
    }

    /// <summary>Markers act on lower layers only, whatever their place in their own; opaque ones first.</summary>
    private void ApplyMarkers()
    {
        for (var i = 0; i < entries.Count && tree.JustHidden is null; i++)
            if (entries.Kind(i) == EntryKind.HardLink)
                tree.JustHidden = [];
        List<int>? whiteouts = null;
        for (var i = 0; i < entries.Count; i++)
        {
            var name = entries.Name(i);
            if (!Whiteout.IsMarker(name) || Whiteout.IsMeta(name))
                continue;
            if (!Whiteout.IsOpaque(name))
                (whiteouts ??= []).Add(i);
            else if (directories.Existing(entries.Parent(i)) is var directory and >= 0)
                tree.HideChildren(directory);
        }

        if (whiteouts is null)
            return;
        // An opaque marker may have taken directories away that were found before it.
        tree.ForgetDirectories();
        foreach (var i in whiteouts)
        {
            CheckTime(i);
            // A marker without a target (kaniko and Microsoft images have them) hides nothing.
            if (directories.Existing(entries.Parent(i)) is var directory and >= 0
                && tree.Index.Find(directory, Whiteout.Target(entries.Name(i))) is var target and >= 0
                && tree.Nodes[target].Visible)
                tree.Hide(target);
        }
    }

    private void PlaceEntries()
    {
        tree.ForgetDirectories();
        for (var i = 0; i < entries.Count; i++)
        {
            CheckTime(i);
            var kind = entries.Kind(i);
            if (kind is EntryKind.Implied or EntryKind.Other)
                continue;
            var name = entries.Name(i);
            if (Whiteout.IsMarker(name) || (name.Length == 0 && kind != EntryKind.Directory))
            {
                // The bytes of a marker or of a file without a name, if a writer gave it any, are carried and reach
                // nothing.
                if (kind == EntryKind.File && entries.Size(i) > 0)
                    tree.AddInode(i, node: -1);
            }
            else if (entries.Parent(i) is var parent and >= 0 && aufsMeta?[parent] == true)
            {
                if (kind != EntryKind.File)
                    continue;
                var inode = tree.AddInode(i, node: -1);
                // .wh..wh.plnk/1234.5678: links lead to what lies directly in there.
                if (entries.Parent(parent) < 0)
                    hardLinks.AddOutsideTree(PathInMeta(parent, i), inode);
            }
            else if (name.Length == 0)
            {
                tree.SetEntry(FileTree.Root, EntryKind.Directory, i);
            }
            else if (kind == EntryKind.HardLink)
            {
                hardLinks.Place(i);
            }
            else
            {
                Place(i, kind);
            }
        }

        hardLinks.PlaceWaiting();
    }

    private void CheckTime(int step)
    {
        if (step % 1024 == 0)
            work.Token.ThrowIfCancellationRequested();
    }

    private void Place(int ordinal, EntryKind kind)
    {
        var node = tree.ChildOrNew(directories.For(entries.Parent(ordinal)), entries.Name(ordinal), ordinal);
        // Over a directory only its attributes change.
        if (tree.Nodes[node].Visible && (kind != EntryKind.Directory || tree.Nodes[node].Kind != EntryKind.Directory))
            tree.Hide(node);
        tree.Show(node);
        tree.SetEntry(node, kind, ordinal);
        if (kind == EntryKind.File)
            tree.Nodes[node].Inode = tree.AddInode(ordinal, node);
    }

    /// <summary>By row, what stands at or below /.wh..wh.*; null when there is none.</summary>
    private bool[]? FindAufsMeta()
    {
        bool[]? found = null;
        for (var i = 0; i < entries.Count; i++)
            // Parents stand before what is in them.
            if (entries.Parent(i) is var parent && (parent < 0 ? Whiteout.IsMeta(entries.Name(i))
                    : found?[parent] == true))
                (found ??= new bool[entries.Count])[i] = true;
        return found;
    }

    private string PathInMeta(int folder, int ordinal) =>
        Encoding.Latin1.GetString(entries.Name(folder)) + "/" + Encoding.Latin1.GetString(entries.Name(ordinal));
}
