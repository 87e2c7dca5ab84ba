using ImageInsight.Analysis.FileSystem;
using ImageInsight.Analysis.FileSystem.Ledger;
using ImageInsight.Analysis.Findings;
using Microsoft.AspNetCore.Components;

namespace ImageInsight.Web.Components.Image.Files;

/// <summary>The first tab: layers, treemap and table side by side; below them the findings and the history.</summary>
public sealed partial class FilesTab : ComponentBase
{
    private (ShownPart Part, int? Layer)? viewed;
    private (FileView View, string Path, Measure Measure)? drawn;
    private FileView view = null!;
    private Analysis.Treemaps.Treemap map = null!;
    private int node;
    private string directory = "/";
    private bool missing;

    [Parameter, EditorRequired]
    public required ImageContext Image { get; set; }

    private ImageLocation Location => Image.Location;

    private string ShownPlace => (Location.Layer, Image.Of) switch
    {
        ({ } layer, _) => $"in layer {layer}",
        (_, ImagePart.Base) => "in the base image",
        (_, ImagePart.Yours) => "in your layers",
        _ => "in the final file system",
    };

    protected override void OnParametersSet()
    {
        // A view and a map are kept while something else on the page changes: the map need not be drawn again.
        if (viewed != (Image.Part, Location.Layer))
        {
            viewed = (Image.Part, Location.Layer);
            view = Location.Layer is { } layer ? FileView.OfLayer(Image.Tree, layer) : Image.Part.Files;
        }

        if (drawn == (view, Location.Path, Location.Measure))
            return;
        drawn = (view, Location.Path, Location.Measure);
        missing = !view.TryFind(Location.Path, out _);
        node = FindDirectory(view, Location.Path);
        directory = view.Describe(node).Path;
        map = Analysis.Treemaps.Treemap.Build(view, node, Location.Measure);
    }

    /// <summary>The path itself, or the nearest directory above it.</summary>
    private static int FindDirectory(FileView view, string path)
    {
        int node;
        while (!view.TryFind(path, out node) || (!view.Describe(node).HasChildren && node != FileTree.Root))
            path = path[..Math.Max(path.LastIndexOf('/'), 0)] is { Length: > 0 } parent ? parent : "/";
        return node;
    }

    private Task SelectMeasureAsync(Measure measure) => Image.GoAsync(Location with { Measure = measure });
}
