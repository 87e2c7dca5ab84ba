using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.Layers;

namespace ImageInsight.Tests.Fuzzing;

/// <summary>What holds whatever was read.</summary>
internal static class Invariant
{
    public static void Hold(bool holds, string what)
    {
        if (!holds)
            throw new FuzzFailure(what);
    }

    /// <summary>Pull bytes: none is negative, and with the tail they are the blob.</summary>
    public static void OfLayer(Layer layer, LayerBlob blob)
    {
        long shares = 0, disk = 0;
        Hold(blob.Shares.Count == layer.Entries.Count, "there are other shares than entries");
        for (var i = 0; i < layer.Entries.Count; i++)
        {
            var entry = layer.Entries[i];
            Hold(blob.Shares[i] >= 0, $"the share of entry {i} is {blob.Shares[i]}");
            Hold(entry.Size >= 0, $"the size of entry {i} is {entry.Size}");
            Hold(entry.Parent >= -1 && entry.Parent < i, $"entry {i} has the parent {entry.Parent}");
            Hold(entry.Mode is >= 0 and <= 0xfff, $"the mode of entry {i} is {entry.Mode}");
            shares += blob.Shares[i];
            disk += entry.Size;
        }

        Hold(disk == layer.DiskBytes, $"the sizes add up to {disk}, the layer has {layer.DiskBytes}");
        Hold(blob.Tail >= 0, $"the tail is {blob.Tail}");
        Hold(shares + blob.Tail == blob.PullBytes, "the shares do not add up");
        Hold(blob.PullEstimated ? blob.PullBytes <= blob.Size
            : blob.PullBytes == blob.Size, $"{blob.PullBytes} pull bytes of a blob of {blob.Size}");
    }

    /// <summary>The ledger, and the same sums by way of the tree.</summary>
    public static void OfTree(FileTree tree)
    {
        var ledger = tree.Ledger;
        Hold(ledger.DiskBytes == tree.Layers.Sum(l => l.Layer.DiskBytes), "the ledger has other bytes than the layers");
        Hold(ledger.DiskBytes == ledger.VisibleBytes + ledger.WastedBytes,
            "disk bytes are not visible and wasted ones");
        Hold(ledger is
        {
            VisibleBytes: >= 0, Deleted: >= 0, Overwritten: >= 0, MetadataOnly: >= 0, Touched: >= 0,
            Identical: >= 0
        }, "a figure of the ledger is negative");
        Hold(tree.WastedByLayer.Sum() == ledger.WastedBytes, "the layers waste other bytes than the ledger has");
        var final = FileView.Final(tree).Sizes(FileTree.Root);
        Hold(final.DiskBytes == ledger.VisibleBytes
            && final.WastedBytes == ledger.WastedBytes, "the root has other bytes than the ledger");
        for (var i = 0; i < tree.Layers.Count; i++)
        {
            var own = FileView.OfLayer(tree, i).Sizes(FileTree.Root);
            Hold(own.DiskBytes == tree.Layers[i].Layer.DiskBytes, $"the view of layer {i} has {own.DiskBytes} bytes");
            Hold(own.PullBytes == tree.Layers[i].Blob.Shares.Sum(),
                $"the view of layer {i} has {own.PullBytes} pull bytes");
            Hold(own.WastedBytes == tree.WastedByLayer[i], $"the view of layer {i} wastes {own.WastedBytes} bytes");
        }

        var paths = new HashSet<string>();
        foreach (var entry in tree.VisibleEntries())
        {
            Hold(entry.Size >= 0 && entry.Layer >= 0
                && entry.Layer < tree.Layers.Count, "a visible entry has no sense");
            Hold(entry.Path.StartsWith('/') && !entry.Path.EndsWith('/'), $"'{entry.Path}' is no path");
            // The text form of a name that is not UTF-8 may equal another name's; its bytes do not.
            Hold(paths.Add(entry.Path) || entry.Path.Contains('%'), $"'{entry.Path}' is there twice");
        }
    }
}
