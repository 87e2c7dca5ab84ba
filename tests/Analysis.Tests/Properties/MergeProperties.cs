using CsCheck;
using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Nodes;
using ImageInsight.Analysis.Layers;
using ImageInsight.Tests.Fuzzing;

namespace ImageInsight.Analysis.Tests.Properties;

/// <summary>Random stacks of layers: the merge comes to what a slow model comes to.</summary>
public sealed class MergeProperties
{
    /// <summary>Few names, so that paths meet, under and over each other.</summary>
    private static readonly Gen<string> Name = Gen.OneOfConst("a", "b", "c", "l");

    private static readonly Gen<string> Path = Name.Array[1, 4].Select(n => string.Join('/', n));

    private static readonly Gen<string> Target = Gen.Select(
        Gen.OneOfConst("", "", "/", "../", "./"), Gen.Frequency((8, Name), (1, Gen.Const(".."))).Array[1, 3],
        (start, names) => start + string.Join('/', names));

    private static readonly Gen<ModelEntry> Entry = Gen.Frequency(
        (6, Gen.Select(Path, Gen.Int[0, 2], Gen.OneOfConst('x', 'y'), Gen.OneOfConst(0x1a4, 0x1a0), Gen.Long[0, 1],
            (path, size, fill, mode, mtime) => new ModelEntry(path, EntryKind.File, size * 100, fill, mode, mtime))),
        (3, Gen.Select(Path, Gen.OneOfConst(0x1ed, 0x1c0), (
            path, mode) => new ModelEntry(path, EntryKind.Directory, Mode: mode))),
        (3, Gen.Select(Path, Target, (path, target) => new ModelEntry(path, EntryKind.Symlink, Target: target))),
        (2, Gen.Select(Path, Path, (path, target) => new ModelEntry(path, EntryKind.HardLink, Target: target))),
        (1, Path.Select(path => new ModelEntry(path, EntryKind.Fifo))),
        (3, Path.Select(path => new ModelEntry(Marker(path), EntryKind.File))),
        (1, Path.Select(path => new ModelEntry(path + "/.wh..wh..opq", EntryKind.File))),
        (1, Gen.Const(new ModelEntry(".wh..wh..opq", EntryKind.File))));

    internal static readonly Gen<ModelEntry[][]> Stack = Entry.Array[0, 7].Array[1, 4];

    [Fact]
    public void The_merge_comes_to_the_tree_and_the_ledger_of_a_slow_model() => Stack.Sample(
        stack =>
        {
            var model = new MergeModel();
            foreach (var layer in stack)
                model.Apply(layer);
            var tree = FileTree.Merge([.. stack.Select(Read)], new AnalysisOptions(), CancellationToken.None);
            Invariant.OfTree(tree);
            var listing = tree.VisibleEntries().ToDictionary(e => e.Path, Describe);
            Assert.Equal(Lines(model.Listing), Lines(listing));
            Assert.Equal(model.Ledger, tree.Ledger);
        },
        iter: 3_000,
        print: stack => "\n" + string.Join('\n', stack.Select(layer => string.Join(", ", layer.AsEnumerable()))));

    private static IEnumerable<string> Lines(IReadOnlyDictionary<string, string> listing) =>
        listing.Select(e => $"{e.Key}: {e.Value}").Order(StringComparer.Ordinal);

    private static string Marker(string path)
    {
        var slash = path.LastIndexOf('/');
        return path[..(slash + 1)] + ".wh." + path[(slash + 1)..];
    }

    private static ImageLayer Read(ModelEntry[] entries, int index)
    {
        var builder = new LayerBuilder();
        foreach (var entry in entries)
            entry.Write(builder);
        return Read(builder.ToArray(), index);
    }

    internal static ImageLayer Read(byte[] tar, int index)
    {
        var options = new AnalysisOptions();
        var (layer, blob) = new LayerReader(
            options, new ReadBudget(options, CancellationToken.None), ImageAnalyzer.Wanted)
            .Read(new MemoryStream(tar), null, null, CancellationToken.None);
        Invariant.OfLayer(layer, blob);
        return new ImageLayer(index, layer, blob, null);
    }

    internal static string Describe(VisibleEntry entry) => MergeModel.Describe(
        entry.Kind switch
        {
            "file" => EntryKind.File,
            "dir" => EntryKind.Directory,
            "symlink" => EntryKind.Symlink,
            "hardlink" => EntryKind.HardLink,
            _ => EntryKind.Fifo,
        },
        entry.Kind == "hardlink", entry.Size, entry.Mode, entry.LinkTarget);
}
