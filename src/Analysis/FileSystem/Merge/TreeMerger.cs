using System.Text;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Analysis.FileSystem.Merge;

/// <summary>Replays layers over each other: what a layer takes away first, then what it brings.</summary>
internal sealed class TreeMerger
{
    private readonly IReadOnlyList<ImageLayer> layers;
    private readonly AnalysisOptions? options;
    private readonly CancellationToken cancellationToken;
    private readonly MergedTree tree;
    private readonly LayerDirectories directories;
    private readonly HardLinks hardLinks;

    // Of the layer at hand.
    private EntryList entries = new();
    private bool hasAufsMeta;

    public TreeMerger(IReadOnlyList<ImageLayer> layers, AnalysisOptions? options, CancellationToken cancellationToken)
        : this(layers, options, links: null, cancellationToken)
    {
    }

    /// <param name="links">Takes each link of a layer that has a body, and which.</param>
    public TreeMerger(
        IReadOnlyList<ImageLayer> layers,
        AnalysisOptions? options,
        List<(int Layer, int Ordinal, int Inode)>? links,
        CancellationToken cancellationToken)
    {
        this.layers = layers;
        this.options = options;
        this.cancellationToken = cancellationToken;
        tree = new MergedTree(layers);
        directories = new LayerDirectories(tree, options);
        hardLinks = new HardLinks(tree, directories) { Links = links };
    }

    public FileTree Merge()
    {
        for (var layer = 0; layer < layers.Count; layer++)
        {
            tree.Begin(layer);
            entries = tree.Entries;
            directories.Begin();
            hardLinks.Begin();
            hasAufsMeta = HasAufsMeta();
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
            else if (IsAufsMeta(entries.Parent(i)))
            {
                if (kind == EntryKind.File)
                    hardLinks.AddOutsideTree(LexicalPath(i), tree.AddInode(i, node: -1));
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
            cancellationToken.ThrowIfCancellationRequested();
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

    private bool IsAufsMeta(int row)
    {
        // Only what stands below /.wh..wh.*.
        while (hasAufsMeta && row >= 0)
        {
            if (entries.Parent(row) < 0)
                return Whiteout.IsMeta(entries.Name(row));
            row = entries.Parent(row);
        }

        return false;
    }

    private bool HasAufsMeta()
    {
        for (var i = 0; i < entries.Count; i++)
            if (entries.Parent(i) < 0 && Whiteout.IsMeta(entries.Name(i)))
                return true;
        return false;
    }

    private string LexicalPath(int ordinal)
    {
        var name = Encoding.Latin1.GetString(entries.Name(ordinal));
        return entries.Parent(ordinal) < 0 ? name : LexicalPath(entries.Parent(ordinal)) + "/" + name;
    }
}
